// What the name of a file says of its content.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace prong::cli {

enum class FileFormat : std::uint8_t { jsonl, csv, npy, txt };

// By the end of the name, in letters of either size; nothing when that is none of these.
[[nodiscard]] inline std::optional<FileFormat> format_of(const std::filesystem::path& file) {
  std::string extension = file.extension().native();
  for (char& letter : extension)
    letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  if (extension == ".jsonl") return FileFormat::jsonl;
  if (extension == ".csv") return FileFormat::csv;
  if (extension == ".npy") return FileFormat::npy;
  if (extension == ".txt") return FileFormat::txt;
  return std::nullopt;
}

}  // namespace prong::cli
