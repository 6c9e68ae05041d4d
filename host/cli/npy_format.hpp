// NumPy's .npy files: the header (NEP 1, versions 1 to 3), and which of its types are Prong's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prong::cli {

// The values of one item: scalars of one type, side by side.
struct NpyItem {
  std::string scalar;         // "f64"
  std::uint64_t columns = 0;  // 0: one value; else a tuple of so many

  [[nodiscard]] std::string signature() const;  // "f64", "(f64, f64)"
  [[nodiscard]] std::size_t bytes() const;
  // JSON of an item that has this many bytes.
  [[nodiscard]] std::string json(std::string_view item) const;

  friend bool operator==(const NpyItem&, const NpyItem&) = default;
};

// NumPy's name of a scalar: "<f8".
[[nodiscard]] std::string_view npy_type(std::string_view scalar);

// Nothing when values of the type are no scalars, or tuples of one scalar.
[[nodiscard]] std::optional<NpyItem> npy_item_of(std::string_view signature);

struct NpyHeader {
  NpyItem item;
  std::uint64_t count = 0;
};

// Magic and version, and how many bytes the length of the rest has. Throws std::invalid_argument with the
// reason, as the next one does.
inline constexpr std::size_t npy_prefix_bytes = 8;
[[nodiscard]] std::size_t npy_length_bytes(std::string_view prefix);
// `text`: "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }", with white space at its end.
[[nodiscard]] NpyHeader parse_npy_header(std::string_view text);

// All before the values, always of this many bytes.
inline constexpr std::size_t npy_header_bytes = 128;
[[nodiscard]] std::string npy_header(const NpyHeader& header);

}  // namespace prong::cli
