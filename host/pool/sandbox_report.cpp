// What a worker found when it tried to get out.
#include "limits.hpp"
#include "pool/engine.hpp"
#include "sandbox/attempts.hpp"

#include <prong/error.hpp>

namespace prong::pool {

SandboxReport Engine::sandbox_report() {
  transport::JobDescription job;
  job.kind = transport::JobKind::attempt;
  job.function = "the sandbox";
  const auto answer = probe(std::move(job), {}, limits::inspect_time);
  if (!answer) throw PoolBroken{"a worker that tried its sandbox failed: " + answer.failure().message()};
  return {.level = sandbox_, .layers = sandbox::from_lines(answer.value())};
}

}  // namespace prong::pool
