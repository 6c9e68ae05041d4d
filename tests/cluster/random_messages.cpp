// Members are filled by their types; items and results are made so that they belong together.
#include "random_messages.hpp"

#include "message_members.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace prong::test {

namespace {

template <class Enum>
Enum last() = delete;
template <>
FunctionKind last() {
  return FunctionKind::result;
}
template <>
Encoding last() {
  return Encoding::text;
}
template <>
Ending last() {
  return Ending::lost;
}
template <>
OutOfMemory last() {
  return OutOfMemory::certain;
}
template <>
CallError::Kind last() {
  return CallError::Kind::too_large;
}

template <class T>
struct Element;
template <class T>
struct Element<std::vector<T>> {
  using Type = T;
};
template <class T>
struct Element<std::optional<T>> {
  using Type = T;
};
template <class T>
struct Element<std::shared_ptr<const T>> {
  using Type = T;
};

template <class T>
concept List = requires { typename Element<T>::Type; } && requires(T& value) { value.emplace_back(); };
template <class T>
concept Maybe = requires { typename Element<T>::Type; } && requires(T& value) { value.reset(); };

}  // namespace

template <class T>
void MessageSource::fill(T& value) {
  if constexpr (HasMembers<T>) {
    std::apply([this](auto&... member) { (this->fill(member), ...); }, members(value));
  } else if constexpr (std::same_as<T, bool>) {
    value = below(2) == 1;
  } else if constexpr (std::is_enum_v<T>) {
    value = static_cast<T>(below(static_cast<std::uint64_t>(last<T>()) + 1));
  } else if constexpr (std::integral<T>) {
    // Every width that an integer is written in, of either sign, and the ends.
    const std::array<T, 4> ends{0, std::numeric_limits<T>::min(), std::numeric_limits<T>::max(), 1};
    value = below(4) == 0 ? ends.at(below(4)) : static_cast<T>(random_() >> below(64));
  } else if constexpr (std::same_as<T, std::chrono::nanoseconds>) {
    value = T{made<std::chrono::nanoseconds::rep>()};
  } else if constexpr (std::same_as<T, std::string>) {
    value.resize(below(20) == 0 ? below(70'000) : below(40));
    for (char& c : value)
      c = static_cast<char>(random_());
  } else if constexpr (std::same_as<T, std::filesystem::path>) {
    value = made<std::string>();
  } else if constexpr (List<T>) {
    value.resize(below(4));
    for (auto& one : value)
      fill(one);
  } else if constexpr (Maybe<T>) {
    using Inner = typename Element<T>::Type;
    if (below(3) == 0) return;
    if constexpr (std::same_as<T, std::optional<Inner>>) {
      value = made<Inner>();
    } else {
      value = std::make_shared<Inner>(made<Inner>());
    }
  } else {  // an id
    for (auto& byte : value)
      fill(byte);
  }
}

Bytes MessageSource::bytes(std::size_t count) {
  Bytes made(count);
  for (std::byte& byte : made)
    byte = static_cast<std::byte>(random_());
  return made;
}

Chunk MessageSource::chunk() {
  Chunk chunk;
  fill(chunk.head);
  Call& call = chunk.head.call;
  if (call.items == Encoding::native) call.items = Encoding::views;
  for (Bound& bound : call.bound) {
    if (bound.encoding == Encoding::native) bound.encoding = Encoding::json;
  }
  chunk.count = call.kind == FunctionKind::result ? below(6) : 1 + below(5);
  chunk.gap = below(2) == 0 ? 0 : static_cast<std::uint32_t>(below(3));
  chunk.first_index = random_() >> (1 + below(63));
  if (call.items == Encoding::raw) {
    chunk.bytes = bytes(chunk.count * (1 + below(40)));
  } else {
    chunk.offsets.push_back(below(4));
    for (std::uint64_t i = 0; i < chunk.count; ++i)
      chunk.offsets.push_back(chunk.offsets.back() + chunk.gap + below(below(8) == 0 ? 70'000 : 30));
    chunk.bytes = bytes(chunk.offsets.back() + below(3));
  }
  if (below(2) == 0) {
    for (std::uint64_t i = 0; i < chunk.count; ++i)
      chunk.indices.push_back(made<std::uint64_t>());
  }
  return chunk;
}

std::string MessageSource::line(Encoding encoding) {
  std::string text(below(10), ' ');
  for (char& c : text)
    c = encoding == Encoding::text && below(6) == 0 ? '\n' : static_cast<char>('a' + below(26));
  return text + '\n';
}

// One item after the other.
void MessageSource::add_results(Piece& piece, Bytes& results) {
  const bool prints = piece.encoding == Encoding::json || piece.encoding == Encoding::text;
  const std::uint64_t fails = below(3);  // none, some, all
  if (piece.encoding == Encoding::raw && fails != 2) piece.stride = 1 + below(40);
  for (std::uint64_t i = 0; i < piece.count; ++i) {
    Bytes result = bytes(piece.encoding == Encoding::raw ? piece.stride : below(20));
    if (fails == 2 || (fails == 1 && below(2) == 0)) {
      auto& failure = piece.failures.emplace_back(made<Failure>());
      failure.index = piece.first + i;
      if (failure.ending == Ending::returned) failure.ending = Ending::threw;
      if (prints) piece.positions.push_back(results.size());
      if (piece.encoding != Encoding::raw) result.clear();
    } else if (prints) {
      const std::string printed = line(piece.encoding);
      const auto added = std::as_bytes(std::span{printed});
      result.assign(added.begin(), added.end());
    }
    results.insert(results.end(), result.begin(), result.end());
    if (!prints && piece.stride == 0) piece.ends.push_back(results.size());
  }
}

Piece MessageSource::piece(std::uint64_t first) {
  constexpr std::array encodings{Encoding::raw, Encoding::views, Encoding::msgpack, Encoding::json,
                                 Encoding::text};
  Piece piece{.first = first, .count = 1 + below(5), .encoding = encodings.at(below(encodings.size()))};
  const auto results = std::make_shared<Bytes>();
  add_results(piece, *results);
  piece.bytes = *results;
  piece.memory = results;
  return piece;
}

Request MessageSource::request() {
  Request request;
  if (below(3) == 0) {
    request.question = chunk().head;
  } else {
    request.chunk = chunk();
  }
  return request;
}

Answer MessageSource::answer() {
  Answer answer;
  fill(answer.node);
  fill(answer.error);
  fill(answer.function);
  fill(answer.build);
  fill(answer.nanoseconds);
  std::uint64_t next = 0;
  for (std::uint64_t left = below(4); left > 0; --left) {
    answer.pieces.push_back(piece(next));
    next += answer.pieces.back().count;
  }
  return answer;
}

Claim MessageSource::claim() { return made<Claim>(); }
ClaimAnswer MessageSource::claim_answer() {
  auto answer = made<ClaimAnswer>();
  std::ranges::sort(answer.cancelled);
  const auto again = std::ranges::unique(answer.cancelled);
  answer.cancelled.erase(again.begin(), again.end());
  return answer;
}

Bytes MessageSource::mutated(Bytes bytes) {
  constexpr std::array<std::array<unsigned char, 5>, 8> heads{{{0xdd, 0xff, 0xff, 0xff, 0xff},
                                                               {0xdd, 0x00, 0x00, 0xff, 0xff},
                                                               {0xdc, 0xff, 0xff, 0xc0, 0xc0},
                                                               {0xc6, 0xff, 0xff, 0xff, 0xff},
                                                               {0xdb, 0x7f, 0xff, 0xff, 0xff},
                                                               {0xcf, 0xff, 0xff, 0xff, 0xff},
                                                               {0x9f, 0x9f, 0x9f, 0x9f, 0x9f},
                                                               {0xc0, 0xc0, 0xc0, 0xc0, 0xc0}}};
  for (std::uint64_t times = 1 + below(4); times > 0 && !bytes.empty(); --times) {
    const auto at = bytes.begin() + static_cast<std::ptrdiff_t>(below(bytes.size()));
    const auto left = static_cast<std::uint64_t>(bytes.end() - at);
    const auto some = static_cast<std::ptrdiff_t>(1 + below(std::min<std::uint64_t>(left, 16)));
    switch (below(6)) {
      case 0:
        *at = static_cast<std::byte>(random_());
        break;
      case 1:
        *at ^= std::byte{1} << static_cast<unsigned>(below(8));
        break;
      case 2:
        bytes.erase(at, at + some);
        break;
      case 3: {
        const Bytes again{at, at + some};
        bytes.insert(at, again.begin(), again.end());
        break;
      }
      case 4: {
        const auto head = std::as_bytes(std::span{heads.at(below(heads.size()))});
        std::copy_n(head.begin(), std::min<std::uint64_t>(left, head.size()), at);
        break;
      }
      default:
        *at = static_cast<std::byte>(std::to_integer<unsigned>(*at) + (below(2) == 0 ? 1U : 255U));
    }
  }
  return bytes;
}

}  // namespace prong::test
