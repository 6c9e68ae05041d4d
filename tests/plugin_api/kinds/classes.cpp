// Map functions with prepared state of the module tests.kinds.
#include "shapes.hpp"

#include <stdexcept>

namespace tests::kinds {

// The constructor that the macro line names, and another.
class Prefix {
 public:
  Prefix(std::string prefix, std::span<const std::int32_t> cuts) : prefix_(std::move(prefix)) {
    for (const std::int32_t cut : cuts) {
      if (cut < 0) throw std::out_of_range("cut " + std::to_string(cut));
      prefix_.erase(prefix_.size() - static_cast<std::size_t>(cut));
    }
  }
  explicit Prefix(double) {}
  Prefix(const Prefix&) = delete;
  Prefix& operator=(const Prefix&) = delete;

  // Points into the object.
  std::string_view operator()(std::string_view text) noexcept {
    result_ = prefix_ + std::string(text);
    return result_;
  }

 private:
  std::string prefix_, result_;
};

// Counts its objects, the items that an object has seen, and what it must not outlive.
class Tally {
 public:
  Tally() { ++alive; }
  ~Tally() { --alive; }
  std::pair<std::uint64_t, std::int32_t> operator()(std::uint8_t item) {
    if (item == 255) throw std::runtime_error("255 is too many");
    return {seen_ += item, alive};
  }

 private:
  std::uint64_t seen_ = 0;
  static inline std::int32_t alive = 0;
};

// A name of the module's namespace among the constructor's parameters; nothing to return.
struct Check {
  Person expected;

  explicit Check(const Person& person) : expected(person) {}
  void operator()(const Person& person) const {
    if (person != expected) throw std::runtime_error(person.name + " is not " + expected.name);
  }
};

}  // namespace tests::kinds

PRONG_MAP_CLASS(tests::kinds, prefixed, Prefix(std::string, std::span<const std::int32_t>), "in front", text,
                prefix, cuts)
PRONG_MAP_CLASS(tests::kinds, tally, Tally, "", item)
PRONG_MAP_CLASS_PURE(tests::kinds, tally_pure, Tally(), "", item)
PRONG_MAP_CLASS_PURE(tests::kinds, check, Check(const Person&), "", person, expected)
