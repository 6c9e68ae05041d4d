// The least that a round trip between two processes costs here.
#pragma once

namespace prong::bench {

// Microseconds of one round trip of one word, median of many: a forked process and this one, each spinning
// for a moment and then waiting on a futex, as the pool's two sides do.
[[nodiscard]] double round_trip_floor_us();

}  // namespace prong::bench
