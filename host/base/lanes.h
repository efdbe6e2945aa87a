/*
 * lanes.h - sixteen bytes at a time, in however many registers the machine
 * needs for them. Unsigned: a sum of them wraps.
 */
#ifndef INGAM_BASE_LANES_H
#define INGAM_BASE_LANES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define LANES 16u

typedef uint8_t lanes __attribute__((vector_size(LANES)));

/* All ones in each lane where a comparison of lanes holds, else zeros. */
#define LANES_WHERE(comparison) ((lanes)(comparison))

static inline lanes
lanes_load(const void *data)
{
    lanes v;

    memcpy(&v, data, sizeof(v));
    return v;
}

/* Is any of the bits set? */
static inline bool
lanes_any(lanes v)
{
    uint64_t halves[2];

    memcpy(halves, &v, sizeof(halves));
    return (halves[0] | halves[1]) != 0;
}

#endif
