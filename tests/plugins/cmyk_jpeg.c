/* Writes a JPEG of 32 x 32 pixels of one ink to standard output, as no command of Debian's does: cmyk_jpeg C
 * M Y K. */
/* libjpeg's header needs that of standard input and output before it. */
/* clang-format off */
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>
/* clang-format on */

enum { edge = 32, inks = 4 };

int main(int count, char** words) {
  JSAMPLE row[edge * inks];
  JSAMPROW rows[1] = {row};
  struct jpeg_compress_struct info;
  struct jpeg_error_mgr errors;
  if (count != inks + 1) return 2;
  for (int i = 0; i < edge * inks; ++i)
    row[i] = (JSAMPLE)(255 - atoi(words[1 + i % inks]));
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  jpeg_stdio_dest(&info, stdout);
  info.image_width = edge;
  info.image_height = edge;
  info.input_components = inks;
  info.in_color_space = JCS_CMYK;
  jpeg_set_defaults(&info); /* with Adobe's marker, which is why the inks are inverted */
  jpeg_start_compress(&info, TRUE);
  while (info.next_scanline < info.image_height)
    jpeg_write_scanlines(&info, rows, 1);
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  return 0;
}
