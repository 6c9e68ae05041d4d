// From a Failure, and the crash report that goes with it, to what C reads.
#include "failed_item.hpp"

namespace prong::c {

namespace {

prong_text text(const std::string& from) { return {.data = from.c_str(), .size = from.size()}; }

prong_frame frame(const Frame& from, const std::string& all) {
  return {.struct_size = sizeof(prong_frame),
          .line = from.line,
          .address = from.address,
          .offset = from.offset,
          .file = from.file.c_str(),
          .build_id = from.build_id.c_str(),
          .function = from.function.c_str(),
          .source = from.source.c_str(),
          .text = all.c_str()};
}

}  // namespace

FailedItem::FailedItem(const Failure& failure)
    : prong_failed_item{}, message_{failure.message()}, details_{failure.details()} {
  for (const std::string& detail : details_)
    detail_pointers_.push_back(detail.c_str());
  if (failure.crash != nullptr) add_crash(*failure.crash);
  static_cast<prong_failed_item&>(*this) = {.struct_size = sizeof(prong_failed_item),
                                            .ending = static_cast<std::uint32_t>(failure.ending),
                                            .index = failure.index,
                                            .function = failure.function.c_str(),
                                            .type = text(failure.type),
                                            .what = text(failure.what),
                                            .output = text(failure.output),
                                            .signal = failure.signal,
                                            .exit_code = failure.exit_code,
                                            .worker = failure.worker,
                                            .reserved = 0,
                                            .crash = failure.crash == nullptr ? nullptr : &crash_,
                                            .message = message_.c_str(),
                                            .detail_count = detail_pointers_.size(),
                                            .details = detail_pointers_.data()};
}

void FailedItem::add_crash(const CrashReport& report) {
  for (const Frame& from : report.frames)
    frame_texts_.push_back(from.to_string());
  for (std::size_t i = 0; i < report.frames.size(); ++i)
    frames_.push_back(frame(report.frames[i], frame_texts_[i]));
  for (const prong_frame& each : frames_)
    frame_pointers_.push_back(&each);
  crash_ = {.struct_size = sizeof(prong_crash_report),
            .code = report.code,
            .sender = report.sender,
            .stack_overflow = report.stack_overflow,
            .out_of_memory = static_cast<std::uint32_t>(report.out_of_memory),
            .has_address = report.address.has_value(),
            .address = report.address.value_or(0),
            .peak_memory = report.peak_memory,
            .input = text(report.input),
            .is_input_cut = report.is_input_cut,
            .reserved = 0,
            .core = report.core.c_str(),
            .frame_count = frame_pointers_.size(),
            .frames = frame_pointers_.data()};
}

}  // namespace prong::c

const char* prong_ending_name(uint32_t ending) {
  return ending > PRONG_ENDING_LOST ? "" : prong::to_string(static_cast<prong::Ending>(ending)).data();
}
