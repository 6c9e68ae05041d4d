// Packets from bytes, and the heads of requests.
#include "cluster/gearman/packet.hpp"

#include "limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <new>

namespace prong::cluster::gearman {

namespace {

constexpr std::size_t head_bytes = 12;
constexpr std::string_view request_magic{"\0REQ", 4};
constexpr std::string_view response_magic{"\0RES", 4};
// Some hundred small packets with one system call.
constexpr std::size_t staging_bytes = std::size_t{128} << 10;
// Of a large payload so much is made ready at a time: in the cache still when the kernel writes to it.
constexpr std::size_t step_bytes = std::size_t{256} << 10;
static_assert(staging_bytes > head_bytes + limits::engine_words_bytes_max);

struct Form {
  PacketType type;
  std::size_t words;
  std::size_t bytes_max;
};

constexpr std::size_t small = limits::engine_words_bytes_max;
constexpr std::size_t large = limits::engine_payload_bytes_max + limits::engine_words_bytes_max;
constexpr std::array forms{
    Form{PacketType::noop, 0, 0},
    Form{PacketType::job_created, 0, small},
    Form{PacketType::no_job, 0, 0},
    Form{PacketType::job_assign, 2, large},
    Form{PacketType::work_status, 2, small},
    Form{PacketType::work_complete, 1, large},
    Form{PacketType::work_fail, 0, small},
    Form{PacketType::echo_response, 0, small},
    Form{PacketType::error, 1, small},
    Form{PacketType::work_exception, 1, large},
    Form{PacketType::work_data, 1, large},
    Form{PacketType::work_warning, 1, large},
};

std::uint32_t read_number(const std::byte* at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i)
    number = number << 8 | std::to_integer<std::uint32_t>(at[i]);
  return number;
}

void write_number(std::string& out, std::uint32_t number) {
  for (const int shift : {24, 16, 8, 0})
    out.push_back(static_cast<char>(number >> shift & 0xff));
}

}  // namespace

std::string_view Packet::text() const { return {reinterpret_cast<const char*>(data.data()), data.size()}; }

std::string request_head(PacketType type, std::initializer_list<std::string_view> words,
                         std::size_t data_bytes) {
  std::size_t bytes = data_bytes;
  for (const std::string_view word : words)
    bytes += word.size() + 1;
  assert(bytes <= large);
  std::string head{request_magic};
  write_number(head, static_cast<std::uint32_t>(type));
  write_number(head, static_cast<std::uint32_t>(bytes));
  for (const std::string_view word : words) {
    assert(word.find('\0') == std::string_view::npos);
    (head += word) += '\0';
  }
  return head;
}

PacketReader::PacketReader() : staging_(staging_bytes) {}

std::span<const std::byte> PacketReader::unread() const {
  return std::span{staging_}.subspan(begin_, end_ - begin_);
}

std::span<std::byte> PacketReader::space() {
  if (packet_) {
    Bytes& data = packet_->data;
    if (filled_ == data.size()) data.resize(std::min(data_bytes_, filled_ + step_bytes));
    return std::span{data}.subspan(filled_);
  }
  std::copy(staging_.data() + begin_, staging_.data() + end_, staging_.data());
  end_ -= begin_;
  begin_ = 0;
  return std::span{staging_}.subspan(end_);
}

void PacketReader::take(std::size_t bytes) { (packet_ ? filled_ : end_) += bytes; }

std::optional<Packet> PacketReader::next() {
  if (!wrong_.empty()) return std::nullopt;
  if (!packet_) {
    if (begin_ == end_) return std::nullopt;
    if (!lines_.empty() || staging_[begin_] != std::byte{0}) return next_text();
    if (!begin_packet()) return std::nullopt;
  }
  if (filled_ < data_bytes_) return std::nullopt;
  std::optional<Packet> whole = std::move(packet_);
  packet_.reset();
  return whole;
}

bool PacketReader::begin_packet() {
  const auto bytes = unread();
  if (std::memcmp(bytes.data(), response_magic.data(), std::min(bytes.size(), response_magic.size())) != 0) {
    wrong_ = "sent something that is not Gearman's protocol";
    return false;
  }
  if (bytes.size() < head_bytes) return false;
  const std::uint32_t type = read_number(bytes.data() + 4);
  const std::size_t size = read_number(bytes.data() + 8);
  const auto form = std::ranges::find(forms, static_cast<PacketType>(type), &Form::type);
  if (form == forms.end()) {
    wrong_ = fmt::format("sent a packet of type {}, which is none for us", type);
    return false;
  }
  if (size > form->bytes_max) {
    wrong_ = fmt::format("announced a packet of type {} with {} bytes; at most {} are taken", type, size,
                         form->bytes_max);
    return false;
  }
  const auto body = bytes.subspan(head_bytes);
  const auto searched = body.first(std::min({body.size(), size, limits::engine_words_bytes_max}));
  Packet packet{.type = form->type, .words = {}, .data = {}};
  auto at = searched.begin();
  while (packet.words.size() < form->words) {
    const auto end = std::find(at, searched.end(), std::byte{0});
    if (end == searched.end()) {
      if (searched.size() == std::min(size, limits::engine_words_bytes_max))
        wrong_ = fmt::format("sent a packet of type {} without its {} words", type, form->words);
      return false;
    }
    packet.words.emplace_back(reinterpret_cast<const char*>(&*at), static_cast<std::size_t>(end - at));
    at = end + 1;
  }
  const auto words_bytes = static_cast<std::size_t>(at - searched.begin());
  begin_ += head_bytes + words_bytes;
  packet_ = std::move(packet);
  return begin_data(size - words_bytes);
}

bool PacketReader::begin_data(std::size_t bytes) {
  data_bytes_ = bytes;
  filled_ = std::min(bytes, end_ - begin_);
  try {
    // Of addresses; pages are taken as the bytes come.
    packet_->data.reserve(bytes);
  } catch (const std::bad_alloc&) {
    wrong_ = fmt::format("sent {} bytes, for which there is no memory", bytes);
    return false;
  }
  const auto here = unread().first(filled_);
  packet_->data.assign(here.begin(), here.end());
  begin_ += filled_;
  return true;
}

std::optional<Packet> PacketReader::next_text() {
  while (begin_ < end_) {
    const auto bytes = unread();
    const auto end = std::ranges::find(bytes, std::byte{'\n'});
    const bool complete = end != bytes.end();
    const auto count = static_cast<std::size_t>(end - bytes.begin()) + (complete ? 1 : 0);
    lines_.append(reinterpret_cast<const char*>(bytes.data()), count);
    begin_ += count;
    if (lines_.size() > limits::engine_status_bytes_max) {
      wrong_ = fmt::format("sent a text of more than {} bytes", limits::engine_status_bytes_max);
      return std::nullopt;
    }
    if (!complete || !(lines_ == ".\n" || lines_.ends_with("\n.\n"))) continue;
    lines_.resize(lines_.size() - 2);
    Packet packet{.type = PacketType::text, .words = {}, .data = {}};
    const auto text = std::as_bytes(std::span{lines_});
    packet.data.assign(text.begin(), text.end());
    lines_.clear();
    return packet;
  }
  return std::nullopt;
}

}  // namespace prong::cluster::gearman
