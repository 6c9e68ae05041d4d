// The unwinder of libgcc, which finds its tables by _dl_find_object: without a lock since glibc 2.35.
#include "worker/stack_walk.hpp"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <unistd.h>
#include <unwind.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace prong::worker {

namespace {

using transport::CrashRecord;

// What the dynamic linker calls the program itself: nothing.
std::array<char, CrashRecord::path_bytes> program_path;
const link_map* own_object = nullptr;  // what holds this code

struct Program {
  std::uint64_t instruction = 0;
  std::uint64_t stack = 0;
};

#if defined(__x86_64__)
Program program_of(const ucontext_t& context) noexcept {
  return {static_cast<std::uint64_t>(context.uc_mcontext.gregs[REG_RIP]),
          static_cast<std::uint64_t>(context.uc_mcontext.gregs[REG_RSP])};
}
// As if the called function, which is none, had returned.
void return_from_nowhere(ucontext_t& context) noexcept {
  const auto stack = static_cast<std::uintptr_t>(context.uc_mcontext.gregs[REG_RSP]);
  std::memcpy(&context.uc_mcontext.gregs[REG_RIP], reinterpret_cast<const void*>(stack), sizeof(greg_t));
  context.uc_mcontext.gregs[REG_RSP] += static_cast<greg_t>(sizeof(greg_t));
}
#elif defined(__aarch64__)
Program program_of(const ucontext_t& context) noexcept {
  return {context.uc_mcontext.pc, context.uc_mcontext.sp};
}
void return_from_nowhere(ucontext_t& context) noexcept {
  context.uc_mcontext.pc = context.uc_mcontext.regs[30];
}
#else
Program program_of(const ucontext_t&) noexcept { return {}; }
void return_from_nowhere(ucontext_t&) noexcept {}
#endif

const link_map* object_at(std::uint64_t address, const void** begin = nullptr) noexcept {
  dl_find_object found{};
  if (::_dl_find_object(reinterpret_cast<void*>(address), &found) != 0) return nullptr;
  if (begin != nullptr) *begin = found.dlfo_map_start;
  return found.dlfo_link_map;
}

class Walk {
 public:
  Walk(CrashRecord& record, std::uintptr_t end) noexcept : record_{record}, end_{end} {}

  void run(ucontext_t& context) noexcept {
    start_ = program_of(context).instruction;
    if (object_at(start_) == nullptr) {
      // A call through a wild pointer: who made it is what one wants to know.
      add(start_, start_);
      const ucontext_t before = context;
      return_from_nowhere(context);
      start_ = program_of(context).instruction;
      calls_ = true;
      if (object_at(start_) != nullptr) ::_Unwind_Backtrace(take, this);
      context = before;
    } else {
      ::_Unwind_Backtrace(take, this);
    }
    if (end_ != UINTPTR_MAX) drop_own_calls();
    add_build_ids();
  }

  static _Unwind_Reason_Code ignore(_Unwind_Context*, void*) noexcept { return _URC_NO_REASON; }

 private:
  // The handler's own frames come first; then, through the signal's frame, the instruction that crashed.
  static _Unwind_Reason_Code take(_Unwind_Context* context, void* argument) noexcept {
    auto& walk = *static_cast<Walk*>(argument);
    int is_exact = 0;
    const std::uint64_t instruction = ::_Unwind_GetIPInfo(context, &is_exact);
    if (instruction == 0) return _URC_END_OF_STACK;
    if (!walk.found_ && instruction != walk.start_) return _URC_NO_REASON;
    walk.found_ = true;
    if (::_Unwind_GetCFA(context) >= walk.end_) return _URC_END_OF_STACK;
    // The instruction after a call may be another function's.
    const bool is_call = is_exact == 0 || std::exchange(walk.calls_, false);
    return walk.add(instruction, is_call ? instruction - 1 : instruction) ? _URC_NO_REASON
                                                                          : _URC_END_OF_STACK;
  }

  // False: there is no room for more.
  bool add(std::uint64_t instruction, std::uint64_t place) noexcept {
    const std::uint32_t count = record_.frame_count.load(std::memory_order_relaxed);
    if (count == record_.frames.size()) return false;
    const link_map* object = object_at(place);
    record_.frames[count] = {.address = instruction,
                             .offset = object == nullptr ? place : place - object->l_addr,
                             .module = object == nullptr ? CrashRecord::no_module : module_of(*object),
                             .reserved = 0};
    record_.frame_count.store(count + 1, std::memory_order_release);
    return true;
  }

  std::uint32_t module_of(const link_map& object) noexcept {
    const std::uint32_t count = record_.module_count.load(std::memory_order_relaxed);
    for (std::uint32_t i = 0; i < count; ++i) {
      if (objects_[i] == &object) return i;
    }
    if (count == record_.modules.size()) return CrashRecord::no_module;
    objects_[count] = &object;
    auto& path = record_.modules[count].path;
    const char* name = *object.l_name == '\0' ? program_path.data() : object.l_name;
    std::memcpy(path.data(), name, ::strnlen(name, path.size() - 1));
    record_.module_count.store(count + 1, std::memory_order_release);
    return count;
  }

  // Those that led to the plugin; all are kept when Prong crashed by itself.
  void drop_own_calls() noexcept {
    std::uint32_t kept = record_.frame_count.load(std::memory_order_relaxed);
    while (kept > 0 && is_own(record_.frames[kept - 1]))
      --kept;
    if (kept > 0) record_.frame_count.store(kept, std::memory_order_release);
  }

  [[nodiscard]] bool is_own(const CrashRecord::Frame& frame) const noexcept {
    return frame.module != CrashRecord::no_module && objects_[frame.module] == own_object;
  }

  void add_build_ids() noexcept {
    const std::uint32_t count = record_.module_count.load(std::memory_order_relaxed);
    for (std::uint32_t i = 0; i < count; ++i)
      add_build_id(*objects_[i], record_.modules[i]);
  }

  // As it lies in memory: what was loaded, whatever stands in the file by now.
  static void add_build_id(const link_map& object, CrashRecord::Module& module) noexcept {
    const void* begin = nullptr;
    if (object_at(reinterpret_cast<std::uintptr_t>(object.l_ld), &begin) != &object) return;
    const auto* header = static_cast<const ElfW(Ehdr)*>(begin);
    if (std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return;
    const auto* segments =
        reinterpret_cast<const ElfW(Phdr)*>(static_cast<const std::byte*>(begin) + header->e_phoff);
    for (std::size_t i = 0; i < header->e_phnum; ++i) {
      if (segments[i].p_type != PT_NOTE) continue;
      const auto* notes = reinterpret_cast<const std::byte*>(object.l_addr + segments[i].p_vaddr);
      if (find_build_id(notes, segments[i], module)) return;
    }
  }

  static bool find_build_id(const std::byte* notes, const ElfW(Phdr) & segment,
                            CrashRecord::Module& module) noexcept {
    const std::size_t alignment = segment.p_align == 8 ? 8 : 4;
    const auto padded = [&](std::size_t size) { return (size + alignment - 1) / alignment * alignment; };
    for (std::size_t at = 0; at + sizeof(ElfW(Nhdr)) <= segment.p_memsz;) {
      ElfW(Nhdr) note;
      std::memcpy(&note, notes + at, sizeof note);
      const std::byte* name = notes + at + sizeof note;
      const std::byte* content = name + padded(note.n_namesz);
      if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && std::memcmp(name, "GNU", 4) == 0) {
        module.build_id_size =
            std::min(note.n_descsz, static_cast<std::uint32_t>(CrashRecord::build_id_bytes));
        std::memcpy(module.build_id.data(), content, module.build_id_size);
        return true;
      }
      at += sizeof note + padded(note.n_namesz) + padded(note.n_descsz);
    }
    return false;
  }

  CrashRecord& record_;
  std::uintptr_t end_;
  std::array<const link_map*, limits::crash_modules_max> objects_{};
  std::uint64_t start_ = 0;
  bool found_ = false;
  bool calls_ = false;  // `start_` is where a call returns to
};

}  // namespace

void prepare_stack_walk() noexcept {
  static_cast<void>(::readlink("/proc/self/exe", program_path.data(), program_path.size() - 1));
  own_object = object_at(reinterpret_cast<std::uintptr_t>(&walk_stack));
  ::_Unwind_Backtrace(Walk::ignore, nullptr);
}

void walk_stack(ucontext_t& context, std::uintptr_t end, CrashRecord& record) noexcept {
  Walk{record, end}.run(context);
}

}  // namespace prong::worker
