// Marks what libprong exports.
#pragma once

#define PRONG_API __attribute__((visibility("default")))
