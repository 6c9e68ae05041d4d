// A job's description survives the way through the inputs.
#include "transport/job_record.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <string>
#include <vector>

namespace prong::transport {

TEST_CASE("decode_description(encode_description(job)) is the job") {
  JobDescription job;
  job.kind = JobKind::result;
  job.items = Encoding::json;
  job.results = Encoding::text;
  job.stamp = {1, 2, 3, -4, 5};
  job.file = "/a/b.so";
  job.function = "b.c";
  job.symbol = "_Z";
  job.parameters = {"x", "y"};
  job.parameter_types = {"f64", "str"};
  job.result_type = "bytes";
  job.bound = {{.name = "y", .encoding = Encoding::views, .value = std::string{"a\0b", 3}}};

  const std::string bytes = encode_description(9, job);
  std::vector<std::uint64_t> aligned(bytes.size() / 8 + 1);
  std::memcpy(aligned.data(), bytes.data(), bytes.size());
  const auto& record = *reinterpret_cast<const DescriptionRecord*>(aligned.data());
  CHECK(record.number == 9);
  const JobDescription back = decode_description(record);
  CHECK(back.kind == job.kind);
  CHECK(back.items == job.items);
  CHECK(back.results == job.results);
  CHECK(back.stamp == job.stamp);
  CHECK(back.file == job.file);
  CHECK(back.function == job.function);
  CHECK(back.symbol == job.symbol);
  CHECK(back.parameters == job.parameters);
  CHECK(back.parameter_types == job.parameter_types);
  CHECK(back.result_type == job.result_type);
  REQUIRE(back.bound.size() == 1);
  CHECK(back.bound[0].name == "y");
  CHECK(back.bound[0].encoding == Encoding::views);
  CHECK(back.bound[0].value == job.bound[0].value);
}

}  // namespace prong::transport
