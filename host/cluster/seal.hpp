// What goes through an engine, sealed end to end: XChaCha20-Poly1305 (libsodium's
// crypto_aead_xchacha20poly1305_ietf, draft-irtf-cfrg-xchacha) under a key that client and nodes share.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prong::cluster {

using RunId = std::array<std::uint8_t, 16>;  // random; of one pool's life

[[nodiscard]] RunId make_run_id();
[[nodiscard]] std::string to_string(const RunId& run);  // 32 hexadecimal digits

enum class Direction : std::uint8_t { request = 1, answer = 2 };

// What a message says openly of itself, and what is authenticated with it, as is the queue that it is for.
// Little-endian on the wire. A value.
struct Envelope {
  RunId run = {};
  std::uint64_t number = 0;  // of what the client asked: a chunk
  std::uint32_t attempt = 0;
  Direction direction = Direction::request;
  friend bool operator==(const Envelope&, const Envelope&) = default;
};

struct Letter {
  Envelope envelope = {};
  std::vector<std::byte> content = {};
};

// Seals and opens. With a key: encrypted, and forged or changed letters are recognised. Without: a letter
// carries its content as it is, and anybody may have written it.
class Seal {
 public:
  using Key = std::array<std::uint8_t, 32>;

  Seal() = default;  // without a key
  // Throws PoolBroken when there is no memory or no randomness for it.
  explicit Seal(Key&& key);  // which is wiped there
  ~Seal() = default;         // wipes the key
  Seal(const Seal&) = delete;
  Seal& operator=(const Seal&) = delete;
  Seal(Seal&&) = delete;
  Seal& operator=(Seal&&) = delete;

  [[nodiscard]] bool has_key() const noexcept { return key_ != nullptr; }
  // 16 hexadecimal digits that are the same for the same key: BLAKE2b of a fixed text under it. They tell
  // keys apart and say nothing of them. Empty without a key. Throws UsageError in a child, as close().
  [[nodiscard]] std::string mark() const;
  // Throws UsageError in a child of the process that made a seal with a key: the key stays behind. A fresh
  // random nonce each: two letters of the same content are two.
  [[nodiscard]] std::vector<std::byte> close(const Envelope& envelope, std::string_view queue,
                                             std::span<const std::byte> content) const;
  // nullopt: not of this key, not for this queue, changed, cut, of another version, or no letter at all; with
  // a key any letter without, and the other way round. The content takes the place of the letter: who sends
  // noise has no memory used for it but its own.
  [[nodiscard]] std::optional<Letter> open(std::string_view queue, std::vector<std::byte> letter) const;

 private:
  // In a page that is neither written to swap or core dumps nor inherited by forked workers, which run
  // plugins.
  struct KeptKey;
  void check_is_here() const;
  struct Wipe {
    void operator()(KeptKey* kept) const noexcept;
  };
  std::unique_ptr<KeptKey, Wipe> key_;
};

// A file of exactly 32 bytes that nobody but its owner (this user, or root) may read or write (mode 0600,
// say), regular, or a symbolic link to one. Throws UsageError that says what is wrong and how a key is made.
[[nodiscard]] Seal::Key read_key(const std::filesystem::path& file);

}  // namespace prong::cluster
