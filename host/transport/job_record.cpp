// Descriptions in MessagePack behind a fixed head.
#include "transport/job_record.hpp"

#include <msgpack.hpp>

#include <cstring>

MSGPACK_ADD_ENUM(prong::transport::JobKind);
MSGPACK_ADD_ENUM(prong::Encoding);

namespace prong::transport {

namespace {

// One place that names the fields, for both directions.
auto fields(auto& job) {
  return std::tie(job.kind, job.items, job.results, job.checks_items, job.stamp.device, job.stamp.inode,
                  job.stamp.size, job.stamp.mtime_ns, job.stamp.ctime_ns, job.file, job.function, job.symbol,
                  job.parameters, job.parameter_types, job.result_type);
}

}  // namespace

std::string encode_description(std::uint64_t number, const JobDescription& job) {
  msgpack::sbuffer body;
  msgpack::packer packer{body};
  std::apply([&](const auto&... field) { (packer.pack(field), ...); }, fields(job));
  packer.pack(job.bound.size());
  for (const auto& bound : job.bound) {
    packer.pack(bound.name);
    packer.pack(bound.encoding);
    packer.pack(bound.value);
  }
  packer.pack(job.places.size());
  for (const auto& place : job.places) {
    packer.pack(place.file);
    packer.pack(place.build_id);
    packer.pack(place.offset);
  }
  const DescriptionRecord head{.number = number, .size = body.size()};
  std::string record(sizeof head + body.size(), '\0');
  std::memcpy(record.data(), &head, sizeof head);
  std::memcpy(record.data() + sizeof head, body.data(), body.size());
  return record;
}

JobDescription decode_description(const DescriptionRecord& record) {
  const auto* body = reinterpret_cast<const char*>(&record + 1);
  std::size_t at = 0;
  JobDescription job;
  const auto read = [&](auto& field) { msgpack::unpack(body, record.size, at).get().convert(field); };
  std::apply([&](auto&... field) { (read(field), ...); }, fields(job));
  std::size_t bound = 0;
  read(bound);
  job.bound.resize(bound);
  for (auto& one : job.bound) {
    read(one.name);
    read(one.encoding);
    read(one.value);
  }
  std::size_t places = 0;
  read(places);
  job.places.resize(places);
  for (auto& one : job.places) {
    read(one.file);
    read(one.build_id);
    read(one.offset);
  }
  return job;
}

}  // namespace prong::transport
