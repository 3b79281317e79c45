# Which descriptors are ready is asked of epoll, kqueue or poll(): what this
# system has, unless somebody chose. The others' files are not built.
include(CheckIncludeFile)
check_include_file(sys/epoll.h BELL_HAVE_EPOLL)
check_include_file(sys/event.h BELL_HAVE_KQUEUE)
if(BELL_HAVE_EPOLL)
  set(bell_poller epoll)
elseif(BELL_HAVE_KQUEUE)
  set(bell_poller kqueue)
else()
  set(bell_poller poll)
endif()
set(BELLPULL_POLLER ${bell_poller} CACHE STRING
  "What the loop waits with: epoll, kqueue or poll")
set_property(CACHE BELLPULL_POLLER PROPERTY STRINGS epoll kqueue poll)
if(NOT BELLPULL_POLLER MATCHES "^(epoll|kqueue|poll)$")
  message(FATAL_ERROR
    "BELLPULL_POLLER is ${BELLPULL_POLLER}: write epoll, kqueue or poll.")
endif()
list(FILTER BELL_SOURCES EXCLUDE REGEX "/poller_[a-z]+\\.c$")
list(APPEND BELL_SOURCES
  ${CMAKE_CURRENT_SOURCE_DIR}/runtime/c/loop/poller_${BELLPULL_POLLER}.c)
