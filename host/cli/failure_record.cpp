// Field after field: numbers as they are, texts behind their lengths.
#include "cli/failure_record.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <type_traits>

namespace prong::cli {

namespace {

class Writer {
 public:
  template <class Number>
    requires std::is_arithmetic_v<Number> || std::is_enum_v<Number>
  void field(const Number& number) {
    bytes_.append(reinterpret_cast<const char*>(&number), sizeof number);
  }
  void field(const std::string& text) {
    field(std::uint64_t{text.size()});
    bytes_ += text;
  }
  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_{bytes} {}

  template <class Number>
    requires std::is_arithmetic_v<Number> || std::is_enum_v<Number>
  void field(Number& number) {
    const std::string_view bytes = take(sizeof number);
    if (bytes.size() == sizeof number) std::memcpy(&number, bytes.data(), sizeof number);
  }
  void field(bool& flag) {
    std::uint8_t byte = 0;
    field(byte);
    flag = byte != 0;
  }
  void field(std::string& text) {
    std::uint64_t size = 0;
    field(size);
    text = take(size);
  }
  [[nodiscard]] bool is_whole() const noexcept { return !failed_ && rest_.empty(); }
  [[nodiscard]] bool failed() const noexcept { return failed_; }

 private:
  std::string_view take(std::uint64_t size) {
    failed_ = failed_ || size > rest_.size();
    if (failed_) return {};
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::string_view rest_;
  bool failed_ = false;
};

// One list of fields for both ways.
template <class Way, class Some>
void pass_frame(Way& way, Some& frame) {
  way.field(frame.address);
  way.field(frame.file);
  way.field(frame.build_id);
  way.field(frame.offset);
  way.field(frame.function);
  way.field(frame.source);
  way.field(frame.line);
}

template <class Way, class Some>
void pass_crash(Way& way, Some& crash) {
  way.field(crash.code);
  way.field(crash.sender);
  way.field(crash.stack_overflow);
  way.field(crash.out_of_memory);
  way.field(crash.peak_memory);
  way.field(crash.input);
  way.field(crash.is_input_cut);
}

template <class Way, class Some>
void pass_failure(Way& way, Some& failure) {
  way.field(failure.type);
  way.field(failure.what);
  way.field(failure.output);
  way.field(failure.signal);
  way.field(failure.exit_code);
  way.field(failure.worker);
}

void write_crash(const CrashReport& crash, Writer& writer) {
  pass_crash(writer, crash);
  writer.field(crash.core.native());
  writer.field(crash.address.has_value());
  writer.field(crash.address.value_or(0));
  writer.field(std::uint64_t{crash.frames.size()});
  for (const Frame& frame : crash.frames)
    pass_frame(writer, frame);
}

CrashReport read_crash(Reader& reader) {
  CrashReport crash;
  pass_crash(reader, crash);
  std::string core;
  reader.field(core);
  crash.core = core;
  bool has_address = false;
  std::uint64_t address = 0;
  reader.field(has_address);
  reader.field(address);
  if (has_address) crash.address = address;
  std::uint64_t frames = 0;
  reader.field(frames);
  for (std::uint64_t i = 0; i < frames && !reader.failed(); ++i)
    pass_frame(reader, crash.frames.emplace_back());
  return crash;
}

}  // namespace

std::string failure_bytes(const Failure& failure) {
  Writer writer;
  pass_failure(writer, failure);
  writer.field(failure.crash != nullptr);
  if (failure.crash) write_crash(*failure.crash, writer);
  return writer.take();
}

std::optional<Failure> failure_from(std::string_view bytes, Ending ending) {
  Reader reader{bytes};
  Failure failure{.ending = ending};
  pass_failure(reader, failure);
  bool has_crash = false;
  reader.field(has_crash);
  if (has_crash) failure.crash = std::make_shared<const CrashReport>(read_crash(reader));
  return reader.is_whole() ? std::optional{std::move(failure)} : std::nullopt;
}

}  // namespace prong::cli
