// Results that come later: the part of AsyncResult that is the same for all types.
#include "api/job_handle.hpp"

#include <prong/async_result.hpp>

#include <condition_variable>
#include <exception>
#include <mutex>

namespace prong::detail {

struct Pending::Content {
  Content(Job job_, Then then_) : job{std::move(job_)}, then{std::move(then_)} {}

  // Precondition: the job is over.
  ResultSet take() {
    const std::lock_guard lock{taking};
    if (!results) results.emplace(job.collect());
    return *results;
  }

  // [callback thread]
  void finish() {
    std::exception_ptr error;
    try {
      then(take());
    } catch (...) {
      error = std::current_exception();
    }
    const std::lock_guard lock{mutex};
    then = nullptr;  // with what it holds
    thrown = error;
    done = true;
    changed.notify_all();
  }

  Job job;
  Then then;
  const bool calls_back = static_cast<bool>(then);
  std::mutex taking;
  std::optional<ResultSet> results;
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;  // `then` has run
  std::exception_ptr thrown;
};

std::shared_ptr<Pending> Pending::start(Job job, Then then) {
  auto content = std::make_shared<Content>(std::move(job), std::move(then));
  if (content->calls_back) content->job.when_done([content] { content->finish(); });
  return std::shared_ptr<Pending>{new Pending{std::move(content)}};
}

Pending::Pending(std::shared_ptr<Content> content) : content_{std::move(content)} {}

Pending::~Pending() {
  if (!content_->calls_back) content_->job.detach();
}

Job& Pending::job() noexcept { return content_->job; }

bool Pending::wait(std::optional<Clock::time_point> deadline) {
  if (!content_->calls_back || content_->job.is_in_callback()) {
    return content_->job.wait_until(deadline.value_or(Clock::time_point::max()));
  }
  std::unique_lock lock{content_->mutex};
  const auto done = [&] { return content_->done; };
  if (deadline && *deadline != Clock::time_point::max()) {
    return content_->changed.wait_until(lock, *deadline, done);
  }
  content_->changed.wait(lock, done);
  return true;
}

ResultSet Pending::results() {
  static_cast<void>(wait(std::nullopt));
  {
    const std::lock_guard lock{content_->mutex};
    if (content_->thrown) std::rethrow_exception(content_->thrown);
  }
  return content_->take();
}

}  // namespace prong::detail
