// What the handles of the C interface are.
#pragma once

#include <prong/c/job.h>
#include <prong/c/pool.h>
#include <prong/c/registry.h>
#include <prong/pool.hpp>

#include <memory>
#include <string>
#include <vector>

struct prong_registry {
  prong::Registry registry;
  std::vector<std::string> folders;
};

struct prong_pool {
  prong::Pool pool;
};

struct prong_memory {
  std::shared_ptr<void> memory;
};

struct prong_job {
  prong::Job job;
  std::string function;
  prong::FunctionKind kind;
  prong::Encoding items;
};
