/* What the instructions compute, in one precision.  tape.c includes this file with REAL, NAME and MATH for each. */

/* One expression for every number of the result, of a = x and b = y.  Most operands are contiguous, or y is one number:
   those loops can be vectorised. */
#define ELEMENTWISE(EXPRESSION)                                                                                        \
    for (int64_t r = 0; r < i->rows; r++) {                                                                            \
        REAL *o = out + r * i->out.row;                                                                                \
        const REAL *p = x + r * i->x.row, *q = y + r * i->y.row;                                                       \
        const int64_t n = i->columns;                                                                                  \
        if (i->out.column == 1 && i->x.column == 1 && i->y.column == 1) {                                              \
            INDEPENDENT for (int64_t c = 0; c < n; c++) {                                                              \
                const REAL a = p[c], b = q[c];                                                                         \
                o[c] = (EXPRESSION);                                                                                   \
            }                                                                                                          \
        } else if (i->out.column == 1 && i->x.column == 1 && i->y.column == 0) {                                       \
            const REAL b = *q;                                                                                         \
            INDEPENDENT for (int64_t c = 0; c < n; c++) {                                                              \
                const REAL a = p[c];                                                                                   \
                o[c] = (EXPRESSION);                                                                                   \
            }                                                                                                          \
        } else {                                                                                                       \
            for (int64_t c = 0; c < n; c++) {                                                                          \
                const REAL a = p[c * i->x.column], b = q[c * i->y.column];                                             \
                o[c * i->out.column] = (EXPRESSION);                                                                   \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    break;

/* The same of a = x alone. */
#define UNARY(EXPRESSION)                                                                                              \
    for (int64_t r = 0; r < i->rows; r++) {                                                                            \
        REAL *o = out + r * i->out.row;                                                                                \
        const REAL *p = x + r * i->x.row;                                                                              \
        const int64_t n = i->columns;                                                                                  \
        if (i->out.column == 1 && i->x.column == 1) {                                                                  \
            INDEPENDENT for (int64_t c = 0; c < n; c++) {                                                              \
                const REAL a = p[c];                                                                                   \
                o[c] = (EXPRESSION);                                                                                   \
            }                                                                                                          \
        } else {                                                                                                       \
            for (int64_t c = 0; c < n; c++) {                                                                          \
                const REAL a = p[c * i->x.column];                                                                     \
                o[c * i->out.column] = (EXPRESSION);                                                                   \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    break;

/* ln(eᵃ + eᵇ) without overflow, as numpy.logaddexp: equal infinities have no difference. */
static REAL NAME(logaddexp)(REAL a, REAL b) {
    if (a == b)
        return a + (REAL)0.693147180559945309417232121458176568;
    const REAL difference = a - b;
    if (difference > 0)
        return a + MATH(log1p)(MATH(exp)(-difference));
    if (difference <= 0)
        return b + MATH(log1p)(MATH(exp)(difference));
    return difference; /* NaN */
}

/* Σ over k of row[k]·x[k], in four interleaved sums: their order is part of the result. */
static REAL NAME(inner_product)(const REAL *row, int64_t row_step, const REAL *x, int64_t x_step, int64_t n) {
    REAL s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    int64_t k = 0;
    for (; k + 4 <= n; k += 4) {
        s0 += row[k * row_step] * x[k * x_step];
        s1 += row[(k + 1) * row_step] * x[(k + 1) * x_step];
        s2 += row[(k + 2) * row_step] * x[(k + 2) * x_step];
        s3 += row[(k + 3) * row_step] * x[(k + 3) * x_step];
    }
    for (; k < n; k++)
        s0 += row[k * row_step] * x[k * x_step];
    return (s0 + s1) + (s2 + s3);
}

/* N neighbouring sums, out[c] = Σ over k of f[k]·x[k·step + c]; so few that they stay in registers. */
#define NEIGHBOURING_SUMS(N)                                                                                           \
    for (; c + N <= count; c += N) {                                                                                   \
        REAL sums[N] = {0};                                                                                            \
        for (int64_t k = 0; k < n; k++) {                                                                              \
            const REAL factor = f[k * f_step], *b = x + k * x_step + c;                                                \
            for (int j = 0; j < N; j++)                                                                                \
                sums[j] += factor * b[j];                                                                              \
        }                                                                                                              \
        for (int j = 0; j < N; j++)                                                                                    \
            out[c + j] = sums[j];                                                                                      \
    }

static void NAME(sums)(REAL *out, int64_t count, const REAL *f, int64_t f_step, const REAL *x, int64_t x_step,
                       int64_t n) {
    int64_t c = 0;
    if (n == 1) { /* an outer product */
        INDEPENDENT for (; c < count; c++) out[c] = *f * x[c];
        return;
    }
    NEIGHBOURING_SUMS(8)
    NEIGHBOURING_SUMS(4)
    NEIGHBOURING_SUMS(2)
    NEIGHBOURING_SUMS(1)
}

/* Four rows of A times one column: four sums that do not wait for each other. */
static void NAME(four_products)(const Instruction *i, REAL *out, const REAL *A, const REAL *x) {
    const int64_t lda = i->x.row, ka = i->x.column, kx = i->y.row;
    REAL s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (int64_t k = 0; k < i->inner; k++) {
        const REAL b = x[k * kx], *a = A + k * ka;
        s0 += a[0] * b;
        s1 += a[lda] * b;
        s2 += a[2 * lda] * b;
        s3 += a[3 * lda] * b;
    }
    out[0] = s0;
    out[i->out.row] = s1;
    out[2 * i->out.row] = s2;
    out[3 * i->out.row] = s3;
}

/* One row of A times four columns, likewise. */
static void NAME(four_columns)(const Instruction *i, REAL *out, const REAL *a, const REAL *x) {
    const int64_t ka = i->x.column, kx = i->y.row, c = i->y.column;
    REAL s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (int64_t k = 0; k < i->inner; k++) {
        const REAL f = a[k * ka], *b = x + k * kx;
        s0 += f * b[0];
        s1 += f * b[c];
        s2 += f * b[2 * c];
        s3 += f * b[3 * c];
    }
    out[0] = s0;
    out[i->out.column] = s1;
    out[2 * i->out.column] = s2;
    out[3 * i->out.column] = s3;
}

/* out = A x with A (rows, inner) in x and x (inner, columns) in y.  Every number is summed over k in ascending order,
   but a single number in four interleaved sums. */
static void NAME(dot)(const Instruction *i, REAL *out, const REAL *A, const REAL *x) {
    const int64_t rows = i->rows, columns = i->columns, inner = i->inner;
    if (rows == 1 && columns == 1) {
        *out = NAME(inner_product)(A, i->x.column, x, i->y.row, inner);
        return;
    }
    if (columns == 1 && inner > 1) {
        if (i->x.row == 1 && i->out.row == 1) { /* Wᵀ times a vector */
            NAME(sums)(out, rows, x, i->y.row, A, i->x.column, inner);
            return;
        }
        int64_t r = 0;
        for (; r + 4 <= rows; r += 4)
            NAME(four_products)(i, out + r * i->out.row, A + r * i->x.row, x);
        for (; r < rows; r++) {
            REAL sum = 0;
            for (int64_t k = 0; k < inner; k++)
                sum += A[r * i->x.row + k * i->x.column] * x[k * i->y.row];
            out[r * i->out.row] = sum;
        }
        return;
    }
    for (int64_t r = 0; r < rows; r++) {
        REAL *o = out + r * i->out.row;
        const REAL *a = A + r * i->x.row;
        if (i->out.column == 1 && i->y.column == 1) {
            NAME(sums)(o, columns, a, i->x.column, x, i->y.row, inner);
            continue;
        }
        int64_t c = 0;
        for (; c + 4 <= columns; c += 4)
            NAME(four_columns)(i, o + c * i->out.column, a, x + c * i->y.column);
        for (; c < columns; c++) {
            REAL sum = 0;
            for (int64_t k = 0; k < inner; k++)
                sum += a[k * i->x.column] * x[k * i->y.row + c * i->y.column];
            o[c * i->out.column] = sum;
        }
    }
}

static void NAME(execute)(const Instruction *i, int64_t update) {
    REAL *out = (REAL *)(intptr_t)AT(i->out, update);
    const REAL *x = (const REAL *)(intptr_t)AT(i->x, update);
    const REAL *y = (const REAL *)(intptr_t)AT(i->y, update);
    switch (i->opcode) {
    case OP_ADD: ELEMENTWISE(a + b)
    case OP_SUBTRACT: ELEMENTWISE(a - b)
    case OP_MULTIPLY: ELEMENTWISE(a * b)
    case OP_DIVIDE: ELEMENTWISE(a / b)
    case OP_MAXIMUM: ELEMENTWISE(a >= b || a != a ? a : b) /* NaN where an operand is NaN */
    case OP_MINIMUM: ELEMENTWISE(a <= b || a != a ? a : b)
    case OP_LOGADDEXP: ELEMENTWISE(NAME(logaddexp)(a, b))
    case OP_GREATER: ELEMENTWISE(a > b)
    case OP_NEGATIVE: UNARY(-a)
    case OP_RECIPROCAL: UNARY(1 / a)
    case OP_SQRT: UNARY(MATH(sqrt)(a))
    case OP_SIGN: UNARY(a > 0 ? 1 : a < 0 ? -1 : a == 0 ? 0 : a)
    case OP_EXP: UNARY(MATH(exp)(a))
    case OP_EXPM1: UNARY(MATH(expm1)(a))
    case OP_TANH: UNARY(MATH(tanh)(a))
    case OP_ERF: UNARY((REAL)erf((double)a)) /* as Python's, which is double */
    case OP_COPY: UNARY(a)
    case OP_FLUSH: ELEMENTWISE(MATH(fabs)(a) < b ? 0 : a)
    case OP_FILL:
        for (int64_t r = 0; r < i->rows; r++)
            for (int64_t c = 0; c < i->columns; c++)
                out[r * i->out.row + c * i->out.column] = *x;
        break;
    case OP_GREATER_MASK: { /* into booleans */
        unsigned char *mask = (unsigned char *)(intptr_t)AT(i->out, update);
        for (int64_t r = 0; r < i->rows; r++)
            for (int64_t c = 0; c < i->columns; c++)
                mask[r * i->out.row + c * i->out.column] =
                    x[r * i->x.row + c * i->x.column] > y[r * i->y.row + c * i->y.column];
        break;
    }
    case OP_COPY_WHERE: { /* where a boolean is true */
        const unsigned char *mask = (const unsigned char *)(intptr_t)AT(i->mask, update);
        for (int64_t r = 0; r < i->rows; r++)
            for (int64_t c = 0; c < i->columns; c++)
                if (mask[r * i->mask.row + c * i->mask.column])
                    out[r * i->out.row + c * i->out.column] = x[r * i->x.row + c * i->x.column];
        break;
    }
    case OP_LESS: { /* of doubles, the uniform numbers of dropout, in either precision */
        const double *a = (const double *)x, *b = (const double *)y;
        for (int64_t r = 0; r < i->rows; r++)
            for (int64_t c = 0; c < i->columns; c++)
                out[r * i->out.row + c * i->out.column] =
                    a[r * i->x.row + c * i->x.column] < b[r * i->y.row + c * i->y.column];
        break;
    }
    case OP_SUM: /* over the columns of x, in order */
        for (int64_t r = 0; r < i->rows; r++) {
            const REAL *p = x + r * i->x.row;
            REAL sum = *p;
            for (int64_t c = 1; c < i->columns; c++)
                sum += p[c * i->x.column];
            out[r * i->out.row] = sum;
        }
        break;
    case OP_LARGEST: /* NaN where one is NaN */
        for (int64_t r = 0; r < i->rows; r++) {
            const REAL *p = x + r * i->x.row;
            REAL most = *p;
            for (int64_t c = 1; c < i->columns; c++) {
                const REAL value = p[c * i->x.column];
                most = most >= value || most != most ? most : value;
            }
            out[r * i->out.row] = most;
        }
        break;
    case OP_DOT:
        NAME(dot)(i, out, x, y);
        break;
    }
}

#undef ELEMENTWISE
#undef UNARY
#undef NEIGHBOURING_SUMS
