// Processes that are not our children: who they are, and signals that hit nobody else.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace prong::test {

struct ProcessFacts {
  char state = '?';  // R, S, D, T, Z, …
  int parent = 0;
};
// nullopt: there is none.
[[nodiscard]] std::optional<ProcessFacts> facts_of(int pid);
// It is gone, or a zombie that only its new parent can reap.
[[nodiscard]] bool has_ended(int pid);

// Whether it was started with this at the start of an entry of its environment, or is a fork of such a one.
[[nodiscard]] bool was_started_with(int pid, std::string_view entry);

// All of these that have not ended, but for us.
[[nodiscard]] std::vector<int> find_started_with(std::string_view entry);

// One process, whatever becomes of its number. To signal a certain one: hold it, then look who has the
// number. If that changed before the look, the one that is held is gone, and no signal arrives.
class HeldProcess {
 public:
  explicit HeldProcess(int pid);
  ~HeldProcess();
  HeldProcess(const HeldProcess&) = delete;
  HeldProcess& operator=(const HeldProcess&) = delete;

  // False when it is gone.
  bool signal(int number) const;  // NOLINT(modernize-use-nodiscard)

 private:
  int pidfd_;
};

}  // namespace prong::test
