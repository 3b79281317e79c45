// main.cpp: two clients in one program, one of a schema that the build makes.
#include <made.h>
#include <tasks.h>

int main()
{
    made_look_params params = {};
    params.number = 7;
    return &tasks_service != nullptr && &made_service != nullptr &&
                   params.number == 7
               ? 0
               : 1;
}
