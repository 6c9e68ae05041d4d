// A pool's whole life in a small host: what every disturbance is played against.
#pragma once

#include <prong/options.hpp>

#include <cstddef>
#include <string>

namespace prong::test {

// What disturbs it.
enum class Disturbance { once, lasting };

struct Life {
  Disturbance disturbance = Disturbance::once;
  StartMethod start_method = StartMethod::exec;
};

// Makes a pool, calls it, kills a worker, calls it again, closes and joins it. What it was told, if it was
// told anything: an error of ours, or that there was no memory. Throws std::logic_error when something is
// wrong: an answer, another error, or a pool that is not broken and does not answer when it is asked again
// (unless the disturbance lasts). [blocks]
[[nodiscard]] std::string live(const Life& life);

[[nodiscard]] std::size_t entries_of(const char* folder);
// Throws std::logic_error when this process has a child, a mapping of a pool, or not so many descriptors as
// they say; returns when it has one thread. [blocks]
void expect_nothing_left(std::size_t descriptors);

}  // namespace prong::test
