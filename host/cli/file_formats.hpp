// What the name of a file says of its content.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace prong::cli {

enum class FileFormat : std::uint8_t { jsonl, csv, npy, txt };

// By the end of the name; nothing when that is none of these.
[[nodiscard]] inline std::optional<FileFormat> format_of(const std::filesystem::path& file) {
  const std::filesystem::path extension = file.extension();
  if (extension == ".jsonl") return FileFormat::jsonl;
  if (extension == ".csv") return FileFormat::csv;
  if (extension == ".npy") return FileFormat::npy;
  if (extension == ".txt") return FileFormat::txt;
  return std::nullopt;
}

}  // namespace prong::cli
