/* Decimal numbers: a sign, digits with or without a point, and perhaps an exponent.  digits.py explains the methods. */

#include <math.h>

enum { MOST_DIGITS = 19, MOST_EXACT_POWER = 22, FARTHEST = 270, MOST_EXPONENT_DIGITS = 3, THOUSAND_DIGITS = 3 };

static const uint64_t MOST_EXACT = (uint64_t)1 << 53;
static const uint64_t EACH_BYTE = 0x0101010101010101u;
static const uint64_t WHOLE_POWERS[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

/* 10ᵏ up to k = FARTHEST as the sum of two float64s. */
typedef struct {
    const double *high, *rest;
} Powers;

typedef struct {
    double value;
    uint8_t proved;    /* whether it is a number without needless leading zeros, and its value the nearest float64 */
    uint8_t has_point;
    uint8_t is_certain; /* whether it has a point that cannot be a thousands mark */
} Decimal;

/* Eight bytes, the first in the lowest byte. */
static inline uint64_t eight_bytes(const uint8_t *at) {
    uint64_t word = 0;
    for (int i = 0; i < 8; i++)
        word |= (uint64_t)at[i] << (8 * i);
    return word;
}

/* The number of eight digits from 0 to 9, the first in the lowest byte. */
static inline uint64_t of_eight_digits(uint64_t digits) {
    digits = (digits * 2561) >> 8 & 0x00FF00FF00FF00FFu;
    digits = (digits * 6553601) >> 16 & 0x0000FFFF0000FFFFu;
    return (digits * 42949672960001u) >> 32;
}

/* The byte after the digits that start here; they are appended to a number, which overflows if there are too many. */
static inline const uint8_t *read_digits(const uint8_t *at, const uint8_t *end, uint64_t *number) {
    while (end - at >= 8) {
        const uint64_t word = eight_bytes(at) ^ 0x30 * EACH_BYTE;
        /* A byte that is no digit may also mark those after it, but the first mark is right. */
        const uint64_t others = ((word + 0x76 * EACH_BYTE) | word) & 0x80 * EACH_BYTE;
        const uint64_t below_first = ((others & (0 - others)) >> 7) - 1;
        const int count = (int)((below_first & EACH_BYTE) * EACH_BYTE >> 56);
        if (count == 8) {
            *number = *number * WHOLE_POWERS[8] + of_eight_digits(word);
            at += 8;
            continue;
        }
        /* In two steps, because a word cannot be shifted by all its bits. */
        *number = *number * WHOLE_POWERS[count] + of_eight_digits(word << (56 - 8 * count) << 8);
        return at + count;
    }
    while (at < end && (uint8_t)(*at - '0') < 10)
        *number = *number * 10 + (uint8_t)(*at++ - '0');
    return at;
}

/* A product as the sum of two float64s, exactly (Dekker). */
static inline double product(double a, double b, double *rest) {
    double a_high = a * 134217729.0, b_high = b * 134217729.0;
    a_high -= a_high - a;
    b_high -= b_high - b;
    const double a_low = a - a_high, b_low = b - b_high, result = a * b;
    *rest = ((a_high * b_high - result) + a_high * b_low + a_low * b_high) + a_low * b_low;
    return result;
}

/* M · 10ˣ; returns whether it is certain that this is the nearest float64. */
static int scaled(uint64_t number, int shift, const Powers *powers, double *value) {
    const int k = shift < 0 ? -shift : shift;
    if (k > FARTHEST)
        return 0;
    const double m = (double)number, p = powers->high[k];
    if (number <= MOST_EXACT && k <= MOST_EXACT_POWER) {
        *value = shift < 0 ? m / p : m * p;
        return 1;
    }
    const double m_rest = (double)(int64_t)(number - (uint64_t)m), p_rest = powers->rest[k];
    double q, q_rest;
    if (shift < 0) {
        double low;
        q = m / p;
        const double high = product(q, p, &low);
        q_rest = (((m - high) - low) + m_rest - q * p_rest) / p;
    } else {
        q = product(m, p, &q_rest);
        q_rest += m * p_rest + m_rest * p;
    }
    *value = q + q_rest;
    int exponent;
    const double gap = nextafter(*value, HUGE_VAL) - *value, away = fabs(q_rest - (*value - q));
    /* Below a power of two the float64s are twice as dense, so that another middle would have to be looked at. */
    return fabs(away - gap / 2) > 0x1p-40 * gap && frexp(*value, &exponent) != 0.5;
}

/* Read what may be a number; returns the byte after it. */
static inline const uint8_t *read_decimal(const uint8_t *at, const uint8_t *end, const Powers *powers, Decimal *found) {
    const int is_negative = *at == '-';
    at += is_negative | (*at == '+');
    uint64_t number = 0;
    const uint8_t *const first = at;
    while (at < end && (uint8_t)(*at - '0') < 10)
        number = number * 10 + (uint8_t)(*at++ - '0');
    const int64_t whole = at - first;
    int64_t places = 0;
    found->has_point = at < end && *at == '.';
    if (found->has_point) {
        const uint8_t *const point = at;
        at = read_digits(point + 1, end, &number);
        places = at - point - 1;
    }
    const int64_t digits = whole + places;
    int64_t exponent = 0;
    int has_exponent = 0;
    if (at < end && (*at | 32) == 'e') {
        const int is_small = at + 1 < end && at[1] == '-';
        const uint8_t *const start = at + 1 + (is_small || (at + 1 < end && at[1] == '+'));
        uint64_t size = 0;
        const uint8_t *const stop = start < end ? read_digits(start, end, &size) : start;
        has_exponent = stop - start >= 1 && stop - start <= MOST_EXPONENT_DIGITS;
        if (has_exponent) {
            exponent = is_small ? -(int64_t)size : (int64_t)size;
            at = stop;
        }
    }
    /* A whole number beyond 2⁵³ without a point may be a label. */
    const int may_be = digits >= 1 && digits <= MOST_DIGITS && !(whole > 1 && *first == '0')
                       && (found->has_point || has_exponent || number <= MOST_EXACT);
    double value = 0;
    found->proved = may_be && scaled(number, (int)(exponent - places), powers, &value);
    found->value = is_negative ? -value : value;
    found->is_certain =
        found->has_point
        && (places != THOUSAND_DIGITS || whole == 0 || whole > THOUSAND_DIGITS || *first == '0' || has_exponent);
    return at;
}
