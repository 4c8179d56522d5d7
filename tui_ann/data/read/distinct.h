/* Counts different numbers with a hash table.  It is made for a small part of all numbers at a time, those with the
   same beginning of the hash, so that it stays in the cache of the processor. */

#include <string.h>

enum { MOST_PARTS = 1 << 11, MOST_PROBES = 32 };

/* The bits of a number as a hash: different numbers have different ones.  0 is that of 0 alone, NaN has none. */
static inline uint64_t hashed(double value) {
    uint64_t bits;
    value += 0.0; /* −0 is 0 */
    memcpy(&bits, &value, sizeof bits);
    bits ^= bits >> 32;
    bits *= 0x9E3779B97F4A7C15u;
    return bits ^ bits >> 29;
}

static int64_t count_distinct(const double *values, int64_t n, uint64_t *room, uint64_t *slots, int64_t n_slots) {
    int64_t ends[MOST_PARTS] = {0};
    int bits = 0;
    while (bits < 11 && n >> bits > n_slots / 4)
        bits++;
    const int64_t parts = (int64_t)1 << bits;
    /* The highest bits choose the part, the lowest the slot. */
#define PART(hash) (bits ? (hash) >> (64 - bits) : 0)
    for (int64_t i = 0; i < n; i++)
        if (values[i] == values[i])
            ends[PART(hashed(values[i]))]++;
    int64_t end = 0;
    for (int64_t part = 0; part < parts; part++) {
        const int64_t size = ends[part];
        ends[part] = end; /* while the part is filled, this is where its next hash goes */
        end += size;
    }
    for (int64_t i = 0; i < n; i++)
        if (values[i] == values[i]) {
            const uint64_t hash = hashed(values[i]);
            room[ends[PART(hash)]++] = hash;
        }
#undef PART
    const uint64_t mask = (uint64_t)n_slots - 1;
    int64_t count = 0, zeros = 0;
    for (int64_t part = 0, i = 0; part < parts; part++) {
        memset(slots, 0, (size_t)n_slots * sizeof *slots);
        for (; i < ends[part]; i++) {
            const uint64_t hash = room[i];
            uint64_t slot = hash & mask;
            int probes = 0;
            if (!hash) {
                zeros = 1;
                continue;
            }
            while (slots[slot] && slots[slot] != hash) {
                if (++probes > MOST_PROBES)
                    return -1;
                slot = (slot + 1) & mask;
            }
            count += !slots[slot];
            slots[slot] = hash;
        }
    }
    return count + zeros;
}
