# What is small rather than fast: BELL_SMALL_FLAGS for the whole library, by
# BELLPULL_SMALL, and some files in any case. BELL_POWERS is the table of powers
# of ten, and BELL_SMALL_SOURCES what works them out.
include(CheckCCompilerFlag)

check_c_compiler_flag(-Oz BELL_HAS_Oz)
set(BELL_SMALL_FLAGS $<IF:$<BOOL:${BELL_HAS_Oz}>,-Oz,-Os>
  -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables)

set(BELL_POWERS ${PROJECT_SOURCE_DIR}/runtime/c/json/powers.c)
set(BELL_SMALL_SOURCES ${PROJECT_SOURCE_DIR}/runtime/c/json/powers_small.c)
list(REMOVE_ITEM BELL_SOURCES ${BELL_POWERS} ${BELL_SMALL_SOURCES})
if(BELLPULL_SMALL)
  set(BELL_POWERS ${BELL_SMALL_SOURCES})
endif()

# What runs once a connection, or tells what is wrong, is small rather than
# fast.
file(GLOB BELL_SMALL CONFIGURE_DEPENDS
  runtime/c/client/failure.c runtime/c/client/log.c runtime/c/client/m*.c
  runtime/c/client/open.c runtime/c/client/renewal.c runtime/c/core/connect.c
  runtime/c/fake/*.c runtime/c/json/big.c runtime/c/peer/*.c
  runtime/c/protocol/*_text.c runtime/c/loop/lws.c runtime/c/record/path.c
  runtime/c/record/report.c runtime/c/token/*.c
  runtime/c/transport/connection.c runtime/c/transport/dial.c
  runtime/c/transport/handshake.c runtime/c/transport/resolve.c
  runtime/c/transport/tls_*.c runtime/c/transport/url.c)
set_source_files_properties(${BELL_SMALL} PROPERTIES
  COMPILE_OPTIONS $<$<CONFIG:Release>:$<IF:$<BOOL:${BELLPULL_SMALL}>,,-Os>>)
