# BellpullStamp.cmake: a step of the build behind bellpull_generate(): marks by
# STAMP that clients are made. A depfile is of one output: that one.
file(READ ${DEPFILE} text)
string(FIND "${text}" ": \\\n" at)
string(SUBSTRING "${text}" ${at} -1 text)
string(REPLACE " " "\\ " stamp "${STAMP}")
file(WRITE ${DEPFILE} "${stamp}${text}")
file(TOUCH ${STAMP})
