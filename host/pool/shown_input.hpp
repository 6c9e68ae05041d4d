// An item as its crash report shows it.
#pragma once

#include "pool/job_state.hpp"

#include <string>

namespace prong::pool {

struct ShownInput {
  std::string text;     // the item's beginning: JSON, or the text that it came as; empty: it cannot be shown
  bool is_cut = false;  // there is more, or it is too large to be shown at all
};

// The item at `place` of these. It lies in the inputs, which only this process writes.
[[nodiscard]] ShownInput shown_input(const JobFacts& facts, const ItemRange& range, std::uint64_t place);

}  // namespace prong::pool
