/* FOR THE TEST UNDER WINE ALONE, never shipped: Windows has an icuuc.dll since 1703, Wine 8 has none.
 *
 * Qt loads it for character sets that it does not convert itself. This one knows none of them and says so. */

#define EXPORT __declspec(dllexport)
#define NOT_THERE 4 /* U_FILE_ACCESS_ERROR: no such converter */

EXPORT void *ucnv_open(const char *name, int *error) { (void)name; *error = NOT_THERE; return 0; }
EXPORT void ucnv_close(void *converter) { (void)converter; }
EXPORT void ucnv_reset(void *converter) { (void)converter; }
EXPORT signed char ucnv_getMaxCharSize(const void *converter) { (void)converter; return 1; }
EXPORT int ucnv_countAvailable(void) { return 0; }
EXPORT const char *ucnv_getAvailableName(int place) { (void)place; return 0; }

/* Nobody calls these without a converter: all that they need is to be there. */
#define FAILS(name) EXPORT void *name(void) { return 0; }
FAILS(ucnv_getName)
FAILS(ucnv_getStandardName)
FAILS(ucnv_getToUCallBack)
FAILS(ucnv_getFromUCallBack)
FAILS(ucnv_setToUCallBack)
FAILS(ucnv_setFromUCallBack)
FAILS(ucnv_fromUnicode)
FAILS(ucnv_toUnicode)
FAILS(ucnv_fromUCountPending)
FAILS(ucnv_toUCountPending)
FAILS(ucnv_cbFromUWriteUChars)
FAILS(ucnv_cbToUWriteUChars)
FAILS(UCNV_FROM_U_CALLBACK_SUBSTITUTE)
FAILS(UCNV_TO_U_CALLBACK_SUBSTITUTE)
