// The order of the layers: each later one takes away a call that an earlier one needs.
#include "sandbox/enclosure.hpp"

#include "limits.hpp"
#include "sandbox/filter.hpp"
#include "sandbox/landlock.hpp"
#include "sandbox/resource_limits.hpp"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace prong::sandbox {

namespace {

using transport::FileDescriptor;
using transport::system_failure;

void read_at(const FileDescriptor& file, void* to, std::size_t size, std::size_t offset) {
  if (::pread(file.number(), to, size, static_cast<off_t>(offset)) != static_cast<ssize_t>(size))
    throw system_failure("pread of a sandbox's orders");
}

void forbid_new_privileges() {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) throw system_failure("prctl(PR_SET_NO_NEW_PRIVS)");
}

// Those of root, when the host is root's.
void drop_capabilities() {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  const std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
  if (::syscall(SYS_capset, &header, none.data()) != 0) throw system_failure("capset");
}

}  // namespace

Enclosure::Enclosure(const FileDescriptor& orders, FileDescriptor ruleset) : ruleset_{std::move(ruleset)} {
  read_at(orders, &orders_, sizeof orders_, 0);
  filter_.resize(orders_.filter_count);
  read_at(orders, filter_.data(), filter_.size() * sizeof(sock_filter), sizeof orders_);
  if (orders_.memory_max != Orders::no_bound) memory_before_ = private_bytes();
}

void Enclosure::enter() {
  first_victim_ = become_first_victim();
  if (orders_.cores == 0) forbid_cores(level() != Sandbox::none);
  if (orders_.descriptors_max != Orders::no_bound) bound_descriptors(orders_.descriptors_max);
  if (level() != Sandbox::none) {
    bound_stack(limits::sandbox_stack_bytes);
    bound_waiting_signals(limits::sandbox_waiting_signals);
  }
  if (orders_.memory_max != Orders::no_bound) bound_memory(memory_before_ + orders_.memory_max);
  if (level() == Sandbox::strict) {
    forbid_new_privileges();
    restrict_self(ruleset_);
    drop_capabilities();
    install(filter_);
  }
  ruleset_.reset();
}

}  // namespace prong::sandbox
