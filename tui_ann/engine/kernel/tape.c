/* Runs a tape: the calls of an update, as a table of instructions, for many updates in one call.

   An instruction is one NumPy call of the tape: an opcode, the sizes, and the addresses of its operands with their
   strides.  Python writes the table (translator.py) and has checked sizes, strides and types; nothing is checked here.
   An operand that differs from update to update, such as the row of the example, has a constant step.

   Results must be the same however many updates a call makes, and on every machine with the same C library.  So sums
   have a fixed order, and the file is compiled without fast-math and without contraction to fused multiply-adds. */

#include <fenv.h>
#include <math.h>
#include <stdint.h>

#ifdef _WIN32
#define EXPORTED __declspec(dllexport)
#else
#define EXPORTED __attribute__((visibility("default")))
#endif

/* The operands of an instruction may be the same array, but never overlap in another way. */
#if defined(__clang__)
#define INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define INDEPENDENT _Pragma("GCC ivdep")
#elif defined(_MSC_VER)
#define INDEPENDENT __pragma(loop(ivdep))
#else
#define INDEPENDENT
#endif

/* Every opcode; opcodes.py has the same list in the same order, and refuses a library with another one. */
#define OPCODES(X)                                                                                                     \
    X(ADD) X(SUBTRACT) X(MULTIPLY) X(DIVIDE) X(MAXIMUM) X(MINIMUM) X(LOGADDEXP) X(GREATER) X(GREATER_MASK) X(LESS)     \
    X(NEGATIVE) X(RECIPROCAL) X(SQRT) X(SIGN) X(EXP) X(EXPM1) X(TANH) X(ERF) X(COPY) X(FILL) X(COPY_WHERE)             \
    X(SUM) X(LARGEST) X(DOT) X(FLUSH)

#define AS_ENUM(name) OP_##name,
enum Opcode { OPCODES(AS_ENUM) };

#define AS_TEXT(name) #name " "
EXPORTED const char *tape_opcodes(void) { return OPCODES(AS_TEXT); }

typedef struct {
    int64_t address; /* of its first number in update 0 of the window */
    int64_t row;     /* numbers from one row to the next; 0 repeats the row */
    int64_t column;  /* numbers from one column to the next; 0 repeats the number */
    int64_t step;    /* bytes from one update to the next */
} Operand;

typedef struct {
    int64_t opcode;
    int64_t single;              /* float32 instead of float64 */
    int64_t rows, columns;       /* of the result; SUM and LARGEST run over the columns of x instead */
    int64_t inner;               /* DOT: numbers of a sum */
    Operand out, x, y, mask;
} Instruction;

EXPORTED int64_t tape_instruction_size(void) { return (int64_t)sizeof(Instruction); }

#define AT(operand, update) ((operand).address + (operand).step * (update))

#define REAL double
#define NAME(name) name##_double
#define MATH(name) name
#include "operations.h"
#undef REAL
#undef NAME
#undef MATH

#define REAL float
#define NAME(name) name##_float
#define MATH(name) name##f
#include "operations.h"
#undef REAL
#undef NAME
#undef MATH

static void execute(const Instruction *program, int64_t length, int64_t update) {
    for (const Instruction *i = program; i < program + length; i++) {
        if (i->single)
            execute_float(i, update);
        else
            execute_double(i, update);
    }
}

/* Make updates first … first + count − 1 of a window.  `flush` runs before each update whose number in the run, that of
   the first one being `number`, is a multiple of `every`.  Floating-point flags stay as they were. */
EXPORTED void tape_run(const Instruction *program, int64_t length, int64_t first, int64_t count,
                       const Instruction *flush, int64_t flush_length, int64_t number, int64_t every) {
    fenv_t environment;
    feholdexcept(&environment);
    for (int64_t update = first; update < first + count; update++, number++) {
        if (flush_length && number % every == 0)
            execute(flush, flush_length, 0);
        execute(program, length, update);
    }
    fesetenv(&environment);
}
