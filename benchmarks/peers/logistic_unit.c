/* One logistic unit trained by mini-batch gradient descent on binary cross-entropy, written down plainly.
   Each update reads the rows of its batch twice: once for z = W x + b, once for W <- W - eta sum dz x. */

#include <math.h>
#ifdef _OPENMP
#include <omp.h>
#endif

enum { MOST_EXAMPLES = 64, PART = 2048 };

void use_threads(int threads) {
#ifdef _OPENMP
    omp_set_num_threads(threads);
#else
    (void)threads;
#endif
}

static double loss_of(double z, double y) {
    return fmax(z, 0.0) - z * y + log1p(exp(-fabs(z)));
}

/* X (n, m), y (n,), W (m,), b (1,), losses (epochs,); batch at most MOST_EXAMPLES. */
void train(const float *X, const float *y, float *W, float *b, long n, long m, long batch, long epochs, float eta,
           double *losses) {
    for (long epoch = 0; epoch < epochs; epoch++) {
        double loss = 0.0;
        for (long first = 0; first < n; first += batch) {
            long size = first + batch < n ? batch : n - first;
            float dz[MOST_EXAMPLES], db = 0.0f;
            for (long i = 0; i < size; i++) {
                const float *x = X + (first + i) * m;
                float z = 0.0f;
#pragma omp parallel for reduction(+ : z)
                for (long j = 0; j < m; j++) z += W[j] * x[j];
                z += *b;
                loss += loss_of(z, y[first + i]);
                dz[i] = (1.0f / (1.0f + expf(-z)) - y[first + i]) / size;
                db += dz[i];
            }
            /* In parts that stay in the cache, so that W is read and written once. */
#pragma omp parallel for
            for (long part = 0; part < m; part += PART) {
                long stop = part + PART < m ? part + PART : m;
                for (long i = 0; i < size; i++) {
                    const float *x = X + (first + i) * m;
                    float step = eta * dz[i];
                    for (long j = part; j < stop; j++) W[j] -= step * x[j];
                }
            }
            *b -= eta * db;
        }
        losses[epoch] = loss / n;
    }
}
