// Members of an object, one after the other.
#include "cli/crash_json.hpp"

#include "cli/json_text.hpp"

#include <fmt/format.h>

#include <string_view>

namespace prong::cli {

namespace {

class Members {
 public:
  void add(std::string_view name, const std::string& json) {
    text_ += fmt::format("{}\"{}\":{}", text_.empty() ? "" : ",", name, json);
  }
  void add_text(std::string_view name, std::string_view text) {
    if (!text.empty()) add(name, json_string(text));
  }
  void add_address(std::string_view name, std::uint64_t address) {
    add(name, fmt::format("\"{:#x}\"", address));
  }
  void add_number(std::string_view name, std::uint64_t number) {
    if (number != 0) add(name, std::to_string(number));
  }
  [[nodiscard]] std::string object() const { return '{' + text_ + '}'; }

 private:
  std::string text_;
};

std::string frame_json(const Frame& frame) {
  Members members;
  members.add_address("address", frame.address);
  members.add_text("file", frame.file);
  members.add_text("build_id", frame.build_id);
  if (!frame.file.empty()) members.add_address("offset", frame.offset);
  members.add_text("function", frame.function);
  members.add_text("source", frame.source);
  members.add_number("line", frame.line);
  return members.object();
}

}  // namespace

std::string crash_json(const Failure& failure) {
  const CrashReport& crash = *failure.crash;
  Members members;
  if (failure.ending == Ending::crashed) {
    members.add_number("signal", static_cast<std::uint64_t>(failure.signal));
    // 0 is a code, too: a process sent the signal.
    if (crash.code != 0 || crash.sender != 0) members.add("code", std::to_string(crash.code));
  }
  members.add_text("input", crash.input);
  if (crash.is_input_cut) members.add("input_cut", "true");
  if (crash.address) members.add_address("address", *crash.address);
  members.add_number("sender", static_cast<std::uint64_t>(crash.sender));
  if (crash.stack_overflow) members.add("stack_overflow", "true");
  if (crash.out_of_memory != OutOfMemory::no)
    members.add_text("out_of_memory", crash.out_of_memory == OutOfMemory::certain ? "certain" : "probable");
  members.add_number("peak_memory", crash.peak_memory);
  members.add_number("worker", static_cast<std::uint64_t>(failure.worker));
  members.add_text("output", failure.output);
  members.add_text("core", crash.core.native());
  if (!crash.frames.empty()) members.add("frames", json_array(crash.frames, frame_json));
  return members.object();
}

}  // namespace prong::cli
