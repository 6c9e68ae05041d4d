// Jobs of the C interface.
#include "call_form.hpp"
#include "grown_struct.hpp"
#include "guard.hpp"
#include "handles.hpp"
#include "results.hpp"

#include <prong/c/job.h>

#include <chrono>
#include <optional>
#include <utility>

using prong::c::checked;
using prong::c::guard;
using prong::c::guard_new;

namespace {

using Clock = std::chrono::steady_clock;

// nullopt: none.
std::optional<Clock::time_point> deadline_in(std::uint64_t timeout_ns) {
  const auto now = Clock::now();
  const auto most = static_cast<std::uint64_t>((Clock::time_point::max() - now).count());
  if (timeout_ns >= most) return std::nullopt;
  return now + std::chrono::nanoseconds{timeout_ns};
}

std::unique_ptr<prong_job> open(prong_pool* pool, prong::Call call) {
  prong::Job job = checked(pool, "pool").pool.open(call);
  return std::make_unique<prong_job>(
      prong_job{std::move(job), std::move(call.function), call.kind, call.items});
}

prong_results* new_results(const prong_job& job, std::vector<prong::Piece> pieces) {
  return new prong_results{std::move(pieces), job.function, job.kind};
}

}  // namespace

prong_job* prong_open(prong_pool* pool, const prong_call* call, prong_error** error) {
  return guard_new(error, [&] { return open(pool, prong::c::read_call(call)); });
}

prong_job* prong_submit(prong_pool* pool, const prong_call* call, const prong_items* items,
                        prong_error** error) {
  return guard_new(error, [&] {
    prong::Call read = prong::c::read_call(call);
    const prong::Items all = prong::c::read_items(items, read.items);
    auto made = open(pool, std::move(read));
    made->job.push(all);
    made->job.finish();
    return made;
  });
}

void prong_job_free(prong_job* job) { delete job; }

prong_status prong_job_push(prong_job* job, const prong_items* items, prong_error** error) {
  return guard(error, [&] {
    prong_job& to = checked(job, "job");
    to.job.push(prong::c::read_items(items, to.items));
  });
}

prong_status prong_job_finish(prong_job* job, prong_error** error) {
  return guard(error, [&] { checked(job, "job").job.finish(); });
}

prong_status prong_job_next(prong_job* job, uint64_t timeout_ns, prong_results** results,
                            prong_error** error) {
  bool is_late = false;
  const prong_status status = guard(error, [&] {
    prong_job& of = checked(job, "job");
    prong_results*& next = checked(results, "place for results");
    next = nullptr;
    const auto deadline = deadline_in(timeout_ns);
    auto piece = deadline ? of.job.next_until(*deadline) : of.job.next();
    if (piece) {
      std::vector<prong::Piece> pieces;
      pieces.push_back(std::move(*piece));
      next = new_results(of, std::move(pieces));
    } else if (deadline) {
      // None is the end only when all was handed over.
      const prong::JobProgress progress = of.job.progress();
      is_late = !progress.finished || progress.handed_over < progress.pushed;
    }
  });
  return is_late ? PRONG_STATUS_TIMED_OUT : status;
}

prong_results* prong_job_collect(prong_job* job, prong_error** error) {
  return guard_new(error, [&] {
    prong_job& of = checked(job, "job");
    return std::unique_ptr<prong_results>{new_results(of, of.job.collect())};
  });
}

prong_status prong_job_wait(prong_job* job, uint64_t timeout_ns, prong_error** error) {
  bool is_over = true;
  const prong_status status = guard(error, [&] {
    is_over = checked(job, "job").job.wait_until(deadline_in(timeout_ns).value_or(Clock::time_point::max()));
  });
  return is_over ? status : PRONG_STATUS_TIMED_OUT;
}

prong_status prong_job_when_done(prong_job* job, void (*done)(void* context), void* context,
                                 prong_error** error) {
  return guard(error, [&] {
    static_cast<void>(checked(done, "callback"));
    checked(job, "job").job.when_done([done, context] { done(context); });
  });
}

prong_status prong_job_cancel(prong_job* job, prong_error** error) {
  return guard(error, [&] { checked(job, "job").job.cancel(); });
}

prong_status prong_job_drain(prong_job* job, prong_error** error) {
  return guard(error, [&] { checked(job, "job").job.drain(); });
}

prong_status prong_job_cancel_item(prong_job* job, uint64_t item, prong_error** error) {
  return guard(error, [&] { checked(job, "job").job.cancel(item); });
}

prong_status prong_job_detach(prong_job* job, prong_error** error) {
  return guard(error, [&] { checked(job, "job").job.detach(); });
}

prong_status prong_job_get_progress(prong_job* job, prong_job_progress* progress, prong_error** error) {
  return guard(error, [&] {
    const prong::JobProgress now = checked(job, "job").job.progress();
    const prong_job_progress values{.struct_size = sizeof(prong_job_progress),
                                    .finished = now.finished,
                                    .pushed = now.pushed,
                                    .ended = now.ended,
                                    .failed = now.failed,
                                    .handed_over = now.handed_over};
    prong::c::write_struct(values, progress, "prong_job_progress");
  });
}
