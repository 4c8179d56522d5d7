/* Reads blocks of lines: finds the cells of their rows, and converts those of columns of numbers.

   What is not proved here to be a number, and its value the nearest float64, is left to Python, which decides as for
   files that are not read in blocks.  No function reads or writes outside of what it is given.  numpy_scanner.py does
   the same in NumPy. */

#include <float.h>
#include <stdint.h>

#include "decimals.h"
#include "distinct.h"

#ifdef _WIN32
#define EXPORTED __declspec(dllexport)
#else
#define EXPORTED __attribute__((visibility("default")))
#endif

typedef struct {
    const uint8_t *text; /* (size,) whole lines without odd control characters; the last byte is a line feed */
    int64_t size;
    int64_t delimiter;
    int64_t rows;              /* lines of the text */
    int64_t width;             /* fields of each */
    const uint8_t *is_number;  /* (width,) whether a column has numbers */
    int64_t numbers;           /* how many have */
    int64_t n_powers;          /* FARTHEST + 1 */
    Powers powers;
    int32_t *starts;           /* (rows, width) the first byte of each cell */
    int32_t *ends;             /* (rows, width) the byte after its last */
    double *values;            /* (numbers, rows) NaN where a cell is empty */
    uint8_t *marks;            /* (numbers, 2) whether any proved cell has a point, and must have a decimal point */
    int32_t *others;           /* (rows · numbers,) row · numbers + number of each cell that is neither empty nor proved */
    int64_t n_others;          /* how many there are */
} Block;

enum { SPLIT, NOT_SPLIT, REFUSED };

/* Grows with each change of what a function takes, gives or does; scan_library.py refuses any but its own. */
EXPORTED int64_t scan_revision(void) { return 1; }

/* The size of a Block; 0 if the machine computes in more than float64, so that values would be rounded twice. */
EXPORTED int64_t scan_block_size(void) { return FLT_EVAL_METHOD == 0 ? (int64_t)sizeof(Block) : 0; }

/* The line feeds of a text; −1 if it has control characters other than tabs and the line ends LF and CRLF. */
EXPORTED int64_t scan_lines(const uint8_t *text, int64_t size) {
    enum { PIECE = 240 }; /* A count of one byte is enough for it, so that the compiler can count 16 bytes at once. */
    int64_t lines = 0, returns = 0, controls = 0;
    for (int64_t start = 0; start < size; start += PIECE) {
        const int64_t length = size - start < PIECE ? size - start : PIECE;
        uint8_t line = 0, back = 0, control = 0;
        for (int64_t i = 0; i < length; i++) {
            const uint8_t code = text[start + i];
            line += code == '\n';
            back += code == '\r';
            control += (code < ' ') & (code != '\t');
        }
        lines += line, returns += back, controls += control;
    }
    if (controls != lines + returns)
        return -1;
    for (int64_t i = 0; returns && i < size; i++)
        if (text[i] == '\r' && (i + 1 == size || text[i + 1] != '\n'))
            return -1;
    return lines;
}

static int is_as_described(const Block *block) {
    if (block->size <= 0 || block->size > INT32_MAX || block->text[block->size - 1] != '\n')
        return 0;
    if (block->rows <= 0 || block->width <= 0 || block->rows > INT32_MAX / block->width)
        return 0;
    if (block->delimiter <= 0 || block->delimiter > 127 || block->delimiter == '\n' || block->delimiter == '\r' ||
        block->delimiter == ' ')
        return 0;
    if (block->n_powers != FARTHEST + 1)
        return 0;
    int64_t numbers = 0;
    for (int64_t place = 0; place < block->width; place++)
        numbers += block->is_number[place] != 0;
    return numbers == block->numbers;
}

/* Split a block: NOT_SPLIT if any line has another number of fields, REFUSED if the block is not as described. */
EXPORTED int64_t scan_block(Block *block) {
    if (!is_as_described(block))
        return REFUSED;
    const uint8_t *const text = block->text, *const end = text + block->size, *const is_number = block->is_number;
    const uint8_t delimiter = (uint8_t)block->delimiter;
    const int64_t rows = block->rows, width = block->width, numbers = block->numbers;
    const Powers powers = block->powers;
    int32_t *starts = block->starts, *ends = block->ends, *other = block->others;
    const uint8_t *at = text;
    for (int64_t row = 0; row < rows; row++) {
        if (at == end)
            return REFUSED;
        int64_t number = 0;
        for (int64_t place = 0; place < width; place++) {
            /* No loop goes beyond the last line feed. */
            while (*at == ' ')
                at++;
            const uint8_t *const start = at;
            Decimal found = {0};
            if (is_number[place])
                at = read_decimal(start, end, &powers, &found);
            const uint8_t *const read = at;
            while (*at != delimiter && *at != '\n')
                at++;
            if ((*at == '\n') != (place == width - 1))
                return NOT_SPLIT;
            const uint8_t *const stop = at > start && *at == '\n' && at[-1] == '\r' ? at - 1 : at;
            at++;
            *starts++ = (int32_t)(start - text);
            *ends++ = (int32_t)(stop - text);
            if (!is_number[place])
                continue;
            if (found.proved && read == stop) {
                block->marks[2 * number] |= found.has_point;
                block->marks[2 * number + 1] |= found.is_certain;
                block->values[number * rows + row] = found.value;
            } else {
                block->values[number * rows + row] = NAN;
                if (start < stop)
                    *other++ = (int32_t)(row * numbers + number);
            }
            number++;
        }
    }
    block->n_others = other - block->others;
    return at == end ? SPLIT : REFUSED;
}

/* The different numbers among n values, without NaN; −1 if this method is not for them.

   `room` has n numbers, `slots` n_slots, a power of two. */
EXPORTED int64_t scan_distinct(const double *values, int64_t n, uint64_t *room, uint64_t *slots, int64_t n_slots) {
    if (n < 0 || n_slots < 4 || (n_slots & (n_slots - 1)))
        return -1;
    return count_distinct(values, n, room, slots, n_slots);
}
