// The module `hash`: digests of contents in hexadecimal, as sha256sum and b2sum print them.
//
//   prong map hash.sha256 -r --files *.deb           a digest a line, in the order of the files
//   prong run hash.sha256 --files ~/Pictures/*       which of the files are equal
#include <prong/plugin.hpp>

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <stdexcept>

namespace hash {

using Content = std::span<const std::byte>;

// One of OpenSSL's algorithms, found once. A context of its own, so that the system's openssl.cnf (which a
// strict sandbox hides) has no say.
class Algorithm {
 public:
  explicit Algorithm(const char* name)
      : context_{OSSL_LIB_CTX_new()}, algorithm_{EVP_MD_fetch(context_.get(), name, nullptr)} {
    if (!algorithm_) throw std::runtime_error(std::string("this OpenSSL has no ") + name);
  }

  [[nodiscard]] std::string digest(Content content) const {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    if (EVP_Digest(content.data(), content.size(), bytes.data(), &size, algorithm_.get(), nullptr) != 1) {
      throw std::runtime_error(std::string("OpenSSL cannot compute ") + EVP_MD_get0_name(algorithm_.get()));
    }
    return hexadecimal(std::span{bytes}.first(size));
  }

 private:
  template <auto free>
  struct Free {
    void operator()(auto* thing) const { free(thing); }
  };

  static std::string hexadecimal(std::span<const unsigned char> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * bytes.size());
    for (const unsigned char byte : bytes)
      (text += digits[byte >> 4]) += digits[byte & 15];
    return text;
  }

  std::unique_ptr<OSSL_LIB_CTX, Free<OSSL_LIB_CTX_free>> context_;
  std::unique_ptr<EVP_MD, Free<EVP_MD_free>> algorithm_;
};

std::string sha256(Content content) {
  static const Algorithm algorithm{"SHA256"};
  return algorithm.digest(content);
}

std::string blake2b(Content content) {
  static const Algorithm algorithm{"BLAKE2B-512"};
  return algorithm.digest(content);
}

std::string blake2s(Content content) {
  static const Algorithm algorithm{"BLAKE2S-256"};
  return algorithm.digest(content);
}

// The numbers of the inputs that are equal, those of each content together; none for what is there once.
std::vector<std::vector<std::uint64_t>> equal(const prong::Results<std::string_view>& digests) {
  std::map<std::string_view, std::vector<std::uint64_t>> inputs;
  for (std::size_t i = 0; i < digests.size(); ++i)
    inputs[digests[i]].push_back(digests.index(i));
  std::vector<std::vector<std::uint64_t>> groups;
  for (auto& [digest, group] : inputs) {
    if (group.size() > 1) groups.push_back(std::move(group));
  }
  std::ranges::sort(groups);
  return groups;
}

}  // namespace hash

PRONG_MODULE(hash, "Digests of contents: SHA-256, BLAKE2", "1.0.0", "MIT")

PRONG_MAP(hash, sha256, "SHA-256 in hexadecimal, as sha256sum prints it", content)
PRONG_MAP(hash, blake2b, "BLAKE2b of 512 bits in hexadecimal, as b2sum prints it", content)
PRONG_MAP(hash, blake2s, "BLAKE2s of 256 bits in hexadecimal", content)

PRONG_RESULT(hash, sha256, equal, "The numbers of the inputs that are equal, from 0, in groups", digests)
PRONG_RESULT(hash, blake2b, equal, "The numbers of the inputs that are equal, from 0, in groups", digests)
PRONG_RESULT(hash, blake2s, equal, "The numbers of the inputs that are equal, from 0, in groups", digests)
