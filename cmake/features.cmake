# What the library is built with, and the libraries that it needs for that:
# BELL_HAS_*, BELL_DEFINITIONS, BELL_FEATURES, BELL_LIBRARIES, BELL_REQUIRES (of
# pkg-config) and BELL_LEFT_OUT (of the sources). What is off is not looked for.
option(BELLPULL_TLS "wss://, by OpenSSL" ON)
option(BELLPULL_LIBWEBSOCKETS "A loop in a libwebsockets context" ON)
option(BELLPULL_CJSON "JSON values as trees of cJSON" ON)

set(BELL_DEFINITIONS)
set(BELL_FEATURES)
set(BELL_LIBRARIES)
set(BELL_REQUIRES)
set(BELL_LEFT_OUT)
set(bell_missing)

macro(bell_feature name library requires sources)
  if(BELLPULL_${name})
    set(BELL_HAS_${name} 1)
    string(TOLOWER ${name} feature)
    list(APPEND BELL_FEATURES ${feature})
    list(APPEND BELL_LIBRARIES ${library})
    list(APPEND BELL_REQUIRES "${requires}")
  else()
    set(BELL_HAS_${name} 0)
    list(APPEND BELL_DEFINITIONS BELL_HAS_${name}=0)
    list(APPEND BELL_LEFT_OUT ${sources})
  endif()
endmacro()
bell_feature(TLS "OpenSSL::SSL;OpenSSL::Crypto" "openssl >= 3"
  "/transport/tls[a-z_]*\\.c$")
bell_feature(LIBWEBSOCKETS PkgConfig::LWS "libwebsockets >= 4.1.6"
  "/loop/lws\\.c$")
bell_feature(CJSON PkgConfig::CJSON libcjson "/client/json_tree\\.c$")

# Global: a project that this one is a part of links with them by our name.
macro(bell_need package found)
  if(NOT ${found})
    string(APPEND bell_missing " ${package}")
  endif()
endmacro()
if(BELLPULL_TLS OR BELLPULL_GENERATOR) # its server checks tokens
  find_package(OpenSSL 3 QUIET GLOBAL)
  bell_need(libssl-dev OPENSSL_FOUND)
endif()
find_package(PkgConfig QUIET)
if(BELLPULL_CJSON OR BELLPULL_LIBWEBSOCKETS OR BELLPULL_GENERATOR)
  bell_need(pkg-config PKG_CONFIG_FOUND)
endif()
if(BELLPULL_CJSON AND PKG_CONFIG_FOUND)
  pkg_check_modules(CJSON QUIET IMPORTED_TARGET GLOBAL libcjson)
  bell_need(libcjson-dev CJSON_FOUND)
endif()
if(BELLPULL_LIBWEBSOCKETS AND PKG_CONFIG_FOUND)
  pkg_check_modules(LWS QUIET IMPORTED_TARGET GLOBAL libwebsockets>=4.1.6)
  bell_need(libwebsockets-dev LWS_FOUND)
endif()
if(bell_missing)
  message(FATAL_ERROR "Bellpull needs what these packages of Debian 12 have:"
    "${bell_missing}. scripts/setup.sh installs them; BELLPULL_TLS, "
    "BELLPULL_LIBWEBSOCKETS and BELLPULL_CJSON leave some out.")
endif()
find_package(Threads REQUIRED GLOBAL)
list(APPEND BELL_LIBRARIES Threads::Threads)
