# The toolchain of scripts/cross.sh: a compiler of Debian's for another machine,
# that machine's libraries in a folder, and a program that runs what is built.
#   BELL_CROSS_TARGET   arm64, armhf, s390x, i686 or musl
#   BELL_CROSS_SYSROOT  the folder; musl has none
#   BELL_CROSS_RUN      what stands before a program; nothing where the kernel
#                       runs it by itself
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES BELL_CROSS_TARGET
  BELL_CROSS_SYSROOT BELL_CROSS_RUN)
set(CMAKE_SYSTEM_NAME Linux)

if(BELL_CROSS_TARGET STREQUAL "musl")
  set(CMAKE_SYSTEM_PROCESSOR x86_64)
  set(CMAKE_C_COMPILER musl-gcc)
  set(CMAKE_EXE_LINKER_FLAGS_INIT -static)
  # Nothing of the system's is found: it is all for another C library.
  set(CMAKE_FIND_ROOT_PATH /nowhere)
  set(ENV{PKG_CONFIG_LIBDIR} /nowhere)
else()
  set(machines arm64 aarch64 aarch64-linux-gnu aarch64-linux-gnu
    armhf armv7l arm-linux-gnueabihf arm-linux-gnueabihf
    s390x s390x s390x-linux-gnu s390x-linux-gnu
    i686 i686 i686-linux-gnu i386-linux-gnu)
  list(FIND machines "${BELL_CROSS_TARGET}" at)
  list(SUBLIST machines ${at} 4 machine)
  list(POP_FRONT machine target CMAKE_SYSTEM_PROCESSOR tools folder)
  set(CMAKE_C_COMPILER ${tools}-gcc)
  set(CMAKE_SYSROOT ${BELL_CROSS_SYSROOT})
  set(libraries ${CMAKE_SYSROOT}/usr/lib/${folder})
  set(ENV{PKG_CONFIG_LIBDIR} ${libraries}/pkgconfig)
  set(ENV{PKG_CONFIG_SYSROOT_DIR} ${CMAKE_SYSROOT})
  if(BELL_CROSS_TARGET STREQUAL "i686")
    # As Debian builds for it: no SSE, doubles at 80 bits. The kernel runs that
    # by itself, by a loader and libraries that lie elsewhere.
    set(CMAKE_C_FLAGS_INIT "-march=i686 -mno-sse -mfpmath=387")
    if(NOT BELL_CROSS_RUN)
      set(loader ${CMAKE_SYSROOT}/lib/ld-linux.so.2)
      string(CONCAT CMAKE_EXE_LINKER_FLAGS_INIT "-Wl,--disable-new-dtags "
        "-Wl,--dynamic-linker=${loader} "
        "-Wl,-rpath,${CMAKE_SYSROOT}/lib/${folder}:${libraries}")
    endif()
  endif()
endif()

if(BELL_CROSS_RUN)
  set(CMAKE_CROSSCOMPILING_EMULATOR ${BELL_CROSS_RUN} -L ${CMAKE_SYSROOT})
endif()
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
