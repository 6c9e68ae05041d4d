// Crash reports in the making: what a dying worker wrote, true or not; what the system counts; names that
// come from another worker.
#include "pool/death_account.hpp"

#include "pool/memory_kills.hpp"
#include "pool/obituaries.hpp"
#include "scripted_worker.hpp"
#include "values/signature.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

namespace prong::pool {

namespace {

using transport::CrashRecord;

// One frame in one module.
void write_record(CrashRecord& record, std::uint64_t offset = 0x1139) {
  record.signal = SIGSEGV;
  record.code = SEGV_MAPERR;
  record.has_address = 1;
  record.address = 16;
  record.frames[0] = {.address = 0x7001139, .offset = offset, .module = 0, .reserved = 0};
  const std::string path = "/plugins/stats.so";
  path.copy(record.modules[0].path.data(), path.size());
  record.modules[0].build_id = {0xab, 0x01};
  record.modules[0].build_id_size = 2;
  record.module_count = 1;
  record.frame_count = 1;
  record.is_told = 1;
}

JobFacts strings() {
  return {.function = "stats.parse", .items = Encoding::views, .results = Encoding::views};
}

// A worker that dies in its first item.
struct Dead {
  Dead() : worker{strings()} {
    worker.start(1);
    write_record(worker.channel().crash);
    worker.die();
  }
  std::vector<Unfinished> take() { return std::exchange(worker.life().unfinished, {}); }
  ScriptedWorker worker;
};

}  // namespace

TEST_CASE("a record is read as it was written") {
  const ScriptedWorker worker{strings()};
  CrashRecord& record = worker.channel().crash;
  CHECK_FALSE(read_crash(record, SIGSEGV));
  write_record(record);
  CHECK_FALSE(read_crash(record, SIGBUS));
  const auto report = read_crash(record, SIGSEGV);
  REQUIRE(report);
  CHECK(report->address == 16);
  REQUIRE(report->frames.size() == 1);
  CHECK(report->frames[0].file == "/plugins/stats.so");
  CHECK(report->frames[0].build_id == "ab01");
  CHECK(report->frames[0].to_string() == "stats.so+0x1139");
  CHECK(reason_of(SIGSEGV, 1, *report) == "nothing is mapped at 0x10, at stats.so+0x1139");
}

TEST_CASE("a record that cannot be true is none, or tells less") {
  const ScriptedWorker worker{strings()};
  CrashRecord& record = worker.channel().crash;
  write_record(record);
  record.frame_count = 65;
  CHECK_FALSE(read_crash(record, SIGSEGV));
  record.frame_count = 1;
  record.module_count = UINT32_MAX;
  CHECK_FALSE(read_crash(record, SIGSEGV));
  record.module_count = 1;
  record.frames[0].module = 1;
  CHECK(read_crash(record, SIGSEGV)->frames[0].file.empty());
  record.frames[0].module = 0;
  record.modules[0].path.fill('x');
  record.modules[0].build_id_size = UINT32_MAX;
  const auto report = read_crash(record, SIGSEGV);
  CHECK(report->frames[0].file == std::string(CrashRecord::path_bytes, 'x'));
  CHECK(report->frames[0].build_id.size() == 2 * CrashRecord::build_id_bytes);
  record.modules[0].path.fill('\n');
  CHECK(read_crash(record, SIGSEGV)->frames[0].to_string().find('\n') == std::string::npos);
}

TEST_CASE("an item ends when its names are known, and the next at the same place at once") {
  Dead first;
  CHECK(first.worker.pieces().empty());
  Obituaries obituaries;
  const auto now = Obituaries::Clock::now();
  auto places = obituaries.add(first.take(), now);
  REQUIRE(places.size() == 1);
  CHECK(places[0] == transport::CodePlace{"/plugins/stats.so", "ab01", 0x1139});
  CHECK(obituaries.due());
  obituaries.asked(7, places);
  obituaries.answer(6, "nobody asked\t\t0\n");
  CHECK(first.worker.failures().empty());
  obituaries.answer(7, "stats::parse(double)\tsrc/stats.cpp\t12\n");
  const auto failures = first.worker.failures();
  REQUIRE(failures.size() == 1);
  CHECK(failures[0].what == "nothing is mapped at 0x10, at stats::parse(double) at stats.cpp:12");
  CHECK_FALSE(obituaries.due());
  Dead second;
  CHECK(obituaries.add(second.take(), now).empty());
  CHECK(second.worker.failures().at(0).crash->frames[0].line == 12);
}

TEST_CASE("who asks at the same time asks once, and an answer that is none is no name for ever") {
  for (const std::string answer : {"", "a line without an end", "\n\n", "\t\t\t\t\n"}) {
    Dead first;
    Dead second;
    Obituaries obituaries;
    const auto now = Obituaries::Clock::now();
    obituaries.asked(1, obituaries.add(first.take(), now));
    CHECK(obituaries.add(second.take(), now).empty());
    obituaries.answer(1, answer);
    for (Dead* dead : {&first, &second}) {
      const auto failures = dead->worker.failures();
      REQUIRE(failures.size() == 1);
      CHECK(failures[0].what == "nothing is mapped at 0x10, at stats.so+0x1139");
    }
  }
}

TEST_CASE("an item does not wait for its names for ever") {
  Dead dead;
  Obituaries obituaries;
  const auto now = Obituaries::Clock::now();
  obituaries.asked(1, obituaries.add(dead.take(), now));
  obituaries.deliver_late(now);
  CHECK(dead.worker.failures().empty());
  obituaries.deliver_late(*obituaries.due());
  CHECK(dead.worker.failures().size() == 1);
  obituaries.answer(1, "too late\t\t0\n");
}

TEST_CASE("kills for lack of memory are told by the counters") {
  const auto folder =
      std::filesystem::temp_directory_path() / ("prong-counters-" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  const auto write = [&](const char* name, const std::string& text) { std::ofstream{folder / name} << text; };
  write("group", "low 3\noom 9\noom_kill 1\n");
  write("system", "pgfault 12\noom_kill 5\n");
  MemoryKills kills{{.group = folder / "group", .system = folder / "system"}};
  CHECK(kills.look() == OutOfMemory::no);
  write("system", "pgfault 12\noom_kill 6\n");
  CHECK(kills.look() == OutOfMemory::probable);
  CHECK(kills.look() == OutOfMemory::no);
  write("group", "low 3\noom 9\noom_kill 2\n");
  write("system", "oom_kill 7\n");
  CHECK(kills.look() == OutOfMemory::certain);
  CHECK(kills.look() == OutOfMemory::no);
  // Two at a time, of which one is heard of later.
  write("group", "oom_kill 4\n");
  CHECK(kills.look() == OutOfMemory::certain);
  CHECK(kills.look() == OutOfMemory::certain);
  CHECK(kills.look() == OutOfMemory::no);
  std::filesystem::remove_all(folder);
  CHECK(kills.look() == OutOfMemory::no);
}

}  // namespace prong::pool
