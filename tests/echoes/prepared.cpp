// A map function with prepared state that tells which object ran it.
#include "shapes.hpp"

#include <prong/plugin.hpp>

#include <algorithm>
#include <stdexcept>

namespace echoes {

// Where a text stands in a list; and the number of the object among those of this worker.
class Ranking {
 public:
  Ranking(std::vector<std::string> list, const Shape& shape) : list_{std::move(list)}, suffix_{shape.name} {
    if (list_.empty()) throw std::invalid_argument("an empty list ranks nothing");
    ++made;
  }

  std::pair<std::optional<std::uint64_t>, std::uint64_t> operator()(const std::string& text) const {
    const auto found = std::ranges::find(list_, text + suffix_);
    if (found == list_.end()) return {std::nullopt, made};
    return {static_cast<std::uint64_t>(found - list_.begin()), made};
  }

 private:
  static inline std::uint64_t made = 0;
  std::vector<std::string> list_;
  std::string suffix_;
};

}  // namespace echoes

PRONG_MAP_CLASS(echoes, rank, Ranking(std::vector<std::string>, const Shape&),
                "Where the text is in the list", text, list, shape)
