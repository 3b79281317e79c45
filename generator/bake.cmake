# Writes OUT, a C file that holds the files of the folder FILES, by path, in
# the array ARRAY that HEADER declares.
file(GLOB_RECURSE PATHS RELATIVE ${FILES} ${FILES}/*)
list(SORT PATHS)
set(ARRAYS "")
set(ROWS "")
set(INDEX 0)
foreach(PATH ${PATHS})
  file(READ ${FILES}/${PATH} HEX HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," BYTES "${HEX}")
  string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)"
    "\\1\n" BYTES "${BYTES}")
  string(APPEND ARRAYS
    "static const unsigned char file_${INDEX}[] = {\n${BYTES}0};\n\n")
  string(APPEND ROWS
    "    {\"${PATH}\", file_${INDEX}, sizeof file_${INDEX} - 1},\n")
  math(EXPR INDEX "${INDEX} + 1")
endforeach()
file(WRITE ${OUT} "/* Made by bake.cmake. */
#include \"${HEADER}\"

${ARRAYS}const struct builtin_template ${ARRAY}[] = {
${ROWS}    {NULL, NULL, 0},
};
")
