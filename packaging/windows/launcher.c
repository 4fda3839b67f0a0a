/* neuronjury.exe: loads the Python that lies in the folder beside it and starts the labeling program in this very
 * process, so that Windows shows one program with its own name and icon.
 *
 * Links to nothing of Python; needs python\python311.dll, python\python311._pth and python\launch.py. */

#define _WIN32_WINNT 0x0A00
#include <windows.h>
#include <shellapi.h>

#define LONGEST 32768
#define NOT_WHOLE 70

typedef int (*main_function)(int, wchar_t **);

static wchar_t folder[LONGEST], library[LONGEST + 32], script[LONGEST + 32];

static int not_whole(int count, wchar_t **words)
{
    if (count < 2 || words[1][0] != L'-') /* nobody may be there to close a box when it was asked for an option */
        MessageBoxW(NULL, L"A part of Neuron Jury is missing. Please install it again.", L"Neuron Jury", MB_ICONERROR);
    return NOT_WHOLE;
}

int WINAPI wWinMain(HINSTANCE self, HINSTANCE none, PWSTR line, int show)
{
    int count, i;
    wchar_t **words = CommandLineToArgvW(GetCommandLineW(), &count), **arguments, *end;
    DWORD length = GetModuleFileNameW(NULL, folder, LONGEST);
    (void)self, (void)none, (void)line, (void)show;
    if (words == NULL || length == 0 || length == LONGEST || (end = wcsrchr(folder, L'\\')) == NULL)
        return NOT_WHOLE;
    *end = 0;

    /* The folder of a study that came from somebody is the current one: no library may be loaded from there. */
    SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_DEFAULT_DIRS);
    /* Other programs set these for the Qt of their own. */
    SetEnvironmentVariableW(L"QT_PLUGIN_PATH", NULL);
    SetEnvironmentVariableW(L"QT_QPA_PLATFORM_PLUGIN_PATH", NULL);

    wcscat(wcscpy(library, folder), L"\\python\\python311.dll");
    wcscat(wcscpy(script, folder), L"\\python\\launch.py");
    HMODULE python = LoadLibraryExW(library, NULL, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_DEFAULT_DIRS);
    main_function start = python ? (main_function)(void *)GetProcAddress(python, "Py_Main") : NULL;
    if (start == NULL || GetFileAttributesW(script) == INVALID_FILE_ATTRIBUTES)
        return not_whole(count, words);

    arguments = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, (count + 3) * sizeof *arguments);
    if (arguments == NULL)
        return NOT_WHOLE;
    arguments[0] = words[0];
    arguments[1] = L"-B"; /* what is written beside the program would be left there by the uninstaller */
    arguments[2] = script;
    for (i = 1; i < count; i++)
        arguments[i + 2] = words[i];
    return start(count + 2, arguments);
}
