// A failure as a struct of C.
#pragma once

#include <prong/c/failure.h>
#include <prong/outcome.hpp>

#include <string>
#include <vector>

namespace prong::c {

// Points into itself and into the failure, which must live as long.
class FailedItem : public prong_failed_item {
 public:
  explicit FailedItem(const Failure& failure);
  FailedItem(const FailedItem&) = delete;
  FailedItem& operator=(const FailedItem&) = delete;

 private:
  void add_crash(const CrashReport& report);

  std::string message_;
  std::vector<std::string> details_;
  std::vector<const char*> detail_pointers_;
  prong_crash_report crash_{};
  std::vector<std::string> frame_texts_;
  std::vector<prong_frame> frames_;
  std::vector<const prong_frame*> frame_pointers_;
};

}  // namespace prong::c
