// Letters. One is a byte that says how it is written, the envelope, and then
//   with a key:  the nonce, and content and tag as crypto_aead_xchacha20poly1305_ietf makes them
//   without:     the lengths of queue and content, 8 bytes each, and these two
#include "cluster/seal.hpp"

#include <prong/error.hpp>

#include <fmt/format.h>
#include <sodium.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <system_error>
#include <tuple>
#include <utility>

namespace prong::cluster {

namespace {

// A letter of another form, of later versions too, begins with another byte.
constexpr std::uint8_t form_open = 0x10;
constexpr std::uint8_t form_sealed = 0x11;

constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(std::tuple_size_v<Seal::Key> == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

constexpr std::size_t head_bytes = 1 + std::tuple_size_v<RunId> + 8 + 4 + 1;
constexpr std::size_t lengths_bytes = 8 + 8;
constexpr std::size_t mark_bytes = 8;

using Octets = std::vector<std::byte>;

const std::uint8_t* octets(std::span<const std::byte> bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

std::uint8_t* octets(std::span<std::byte> bytes) { return reinterpret_cast<std::uint8_t*>(bytes.data()); }

template <class Number>
void append(Octets& bytes, Number number) {
  for (std::size_t i = 0; i < sizeof number; ++i)
    bytes.push_back(static_cast<std::byte>(number >> (8 * i)));
}

void append(Octets& bytes, std::string_view text) {
  const auto added = std::as_bytes(std::span{text});
  bytes.insert(bytes.end(), added.begin(), added.end());
}

template <class Number>
Number read(std::span<const std::byte> bytes) {
  Number number = 0;
  for (std::size_t i = 0; i < sizeof number; ++i)
    number |= static_cast<Number>(std::to_integer<Number>(bytes[i]) << (8 * i));
  return number;
}

void append_head(Octets& bytes, std::uint8_t form, const Envelope& envelope) {
  append(bytes, form);
  const auto run = std::as_bytes(std::span{envelope.run});
  bytes.insert(bytes.end(), run.begin(), run.end());
  append(bytes, envelope.number);
  append(bytes, envelope.attempt);
  append(bytes, static_cast<std::uint8_t>(envelope.direction));
}

// `head` has head_bytes.
std::optional<Envelope> read_envelope(std::span<const std::byte> head) {
  Envelope envelope;
  auto rest = head.subspan(1);
  std::ranges::copy(rest.first(envelope.run.size()), std::as_writable_bytes(std::span{envelope.run}).begin());
  rest = rest.subspan(envelope.run.size());
  envelope.number = read<std::uint64_t>(rest);
  envelope.attempt = read<std::uint32_t>(rest.subspan(8));
  envelope.direction = static_cast<Direction>(read<std::uint8_t>(rest.subspan(12)));
  if (envelope.direction != Direction::request && envelope.direction != Direction::answer) return {};
  return envelope;
}

// The head has one length, and the queue's is said: two pairs of them never make the same bytes.
Octets associated_data(std::span<const std::byte> head, std::string_view queue) {
  Octets data{head.begin(), head.end()};
  append(data, std::uint64_t{queue.size()});
  append(data, queue);
  return data;
}

// Of what follows the head of a letter without a key: how much comes before the content. nullopt: it is none.
std::optional<std::size_t> content_of_open(std::string_view queue, std::span<const std::byte> rest) {
  if (rest.size() < lengths_bytes || read<std::uint64_t>(rest) != queue.size()) return {};
  const auto content_bytes = read<std::uint64_t>(rest.subspan(8));
  rest = rest.subspan(lengths_bytes);
  if (rest.size() < queue.size() || rest.size() - queue.size() != content_bytes) return {};
  if (!std::ranges::equal(rest.first(queue.size()), std::as_bytes(std::span{queue}))) return {};
  return lengths_bytes + queue.size();
}

// [first, first + size) of the bytes, in their memory.
Octets part_of(Octets bytes, std::size_t first, std::size_t size) {
  bytes.resize(first + size);
  bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(first));
  return bytes;
}

}  // namespace

struct Seal::KeptKey {
  Key key = {};
  bool is_here = true;  // a child finds the page zeroed
};

Seal::Seal(Key&& key) {
  if (::sodium_init() < 0) throw PoolBroken{"libsodium cannot be used: the system gives no random numbers"};
  void* page = ::mmap(nullptr, sizeof(KeptKey), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) throw PoolBroken{"no memory for a key: " + std::generic_category().message(errno)};
  // Where the system cannot do these, the key is as safe as all other memory.
  ::madvise(page, sizeof(KeptKey), MADV_WIPEONFORK);
  ::sodium_mlock(page, sizeof(KeptKey));
  key_.reset(new (page) KeptKey{.key = key});
  ::sodium_memzero(key.data(), key.size());
}

void Seal::check_is_here() const {
  if (!key_->is_here)
    throw UsageError{"the key of a cluster is not there in a child of the process that read it"};
}

std::string Seal::mark() const {
  if (!key_) return {};
  check_is_here();
  constexpr std::string_view text = "prong: which cluster";
  std::array<std::uint8_t, crypto_generichash_BYTES_MIN> hash{};
  ::crypto_generichash(hash.data(), hash.size(), octets(std::as_bytes(std::span{text})), text.size(),
                       key_->key.data(), key_->key.size());
  std::string digits;
  for (const std::uint8_t byte : std::span{hash}.first(mark_bytes))
    digits += fmt::format("{:02x}", byte);
  return digits;
}

void Seal::Wipe::operator()(KeptKey* kept) const noexcept {
  ::sodium_memzero(kept, sizeof *kept);
  ::munmap(kept, sizeof *kept);
}

std::vector<std::byte> Seal::close(const Envelope& envelope, std::string_view queue,
                                   std::span<const std::byte> content) const {
  Octets letter;
  if (!key_) {
    letter.reserve(head_bytes + lengths_bytes + queue.size() + content.size());
    append_head(letter, form_open, envelope);
    append(letter, std::uint64_t{queue.size()});
    append(letter, std::uint64_t{content.size()});
    append(letter, queue);
    letter.insert(letter.end(), content.begin(), content.end());
    return letter;
  }
  check_is_here();
  letter.reserve(head_bytes + nonce_bytes + content.size() + tag_bytes);
  append_head(letter, form_sealed, envelope);
  const Octets associated = associated_data(letter, queue);
  letter.resize(head_bytes + nonce_bytes + content.size() + tag_bytes);
  const std::span nonce = std::span{letter}.subspan(head_bytes, nonce_bytes);
  ::randombytes_buf(nonce.data(), nonce.size());
  ::crypto_aead_xchacha20poly1305_ietf_encrypt(octets(std::span{letter}.subspan(head_bytes + nonce_bytes)),
                                               nullptr, octets(content), content.size(), octets(associated),
                                               associated.size(), nullptr, octets(nonce), key_->key.data());
  return letter;
}

std::optional<Letter> Seal::open(std::string_view queue, std::vector<std::byte> letter) const {
  if (letter.size() < head_bytes) return {};
  const auto head = std::span{letter}.first(head_bytes);
  const auto rest = std::span{letter}.subspan(head_bytes);
  const auto envelope = read_envelope(head);
  const auto form = std::to_integer<std::uint8_t>(head.front());
  if (!envelope || form != (key_ ? form_sealed : form_open)) return {};
  if (!key_) {
    const auto before = content_of_open(queue, rest);
    if (!before) return {};
    const std::size_t first = head_bytes + *before;
    const std::size_t size = letter.size() - first;
    return Letter{*envelope, part_of(std::move(letter), first, size)};
  }
  if (!key_->is_here || rest.size() < nonce_bytes + tag_bytes) return {};
  const auto nonce = rest.first(nonce_bytes);
  const auto sealed = rest.subspan(nonce_bytes);
  const Octets associated = associated_data(head, queue);
  // In place: no plain text is written before the tag is found to be right.
  if (::crypto_aead_xchacha20poly1305_ietf_decrypt(octets(sealed), nullptr, nullptr, octets(sealed),
                                                   sealed.size(), octets(associated), associated.size(),
                                                   octets(nonce), key_->key.data()) != 0) {
    return {};
  }
  const std::size_t size = sealed.size() - tag_bytes;
  return Letter{*envelope, part_of(std::move(letter), head_bytes + nonce_bytes, size)};
}

RunId make_run_id() {
  if (::sodium_init() < 0) throw PoolBroken{"libsodium cannot be used: the system gives no random numbers"};
  RunId run;
  ::randombytes_buf(run.data(), run.size());
  return run;
}

std::string to_string(const RunId& run) {
  std::string text;
  for (const std::uint8_t byte : run)
    text += fmt::format("{:02x}", byte);
  return text;
}

}  // namespace prong::cluster
