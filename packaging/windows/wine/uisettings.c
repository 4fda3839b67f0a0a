/* FOR THE TEST UNDER WINE ALONE, never shipped: Windows has the class Windows.UI.ViewManagement.UISettings, Wine 8 not.
 *
 * Qt asks it for the colours of the person's desktop, and does not survive that there is none. This one knows a plain
 * light desktop with a blue accent, which never changes. */

#define COBJMACROS
#include <initguid.h>
#include <windows.h>
#include <inspectable.h>
#include <activation.h>

typedef struct { BYTE a, r, g, b; } color;
enum { BACKGROUND, FOREGROUND };

DEFINE_GUID(IID_UISettings, 0x85361600, 0x1c63, 0x4627, 0xbc, 0xb1, 0x3a, 0x89, 0xe0, 0xbc, 0x9c, 0x55);
DEFINE_GUID(IID_UISettings3, 0x03021be4, 0x5254, 0x4781, 0x81, 0x94, 0x51, 0x68, 0xf7, 0xd0, 0x6d, 0x7b);

static ULONG WINAPI count(void *self) { (void)self; return 1; } /* there is one, and it stays */
static HRESULT WINAPI not_told(void *self, void *a, void *b) { (void)self, (void)a, (void)b; return E_NOTIMPL; }

static HRESULT WINAPI color_value(void *self, int kind, color *out)
{
    static const color white = {255, 255, 255, 255}, black = {255, 0, 0, 0}, blue = {255, 0, 120, 215};
    (void)self;
    *out = kind == BACKGROUND ? white : kind == FOREGROUND ? black : blue;
    return S_OK;
}
static HRESULT WINAPI add_changed(void *self, void *handler, INT64 *token)
{
    (void)self, (void)handler;
    *token = 1;
    return S_OK;
}
static HRESULT WINAPI remove_changed(void *self, INT64 token) { (void)self, (void)token; return S_OK; }

static HRESULT WINAPI settings_query(void *self, REFIID wanted, void **out);
static HRESULT WINAPI factory_query(void *self, REFIID wanted, void **out);
static HRESULT WINAPI activate(void *self, IInspectable **out);

static const void *settings_table[] = {settings_query, count,       count,      not_told,      not_told,
                                       not_told,       color_value, add_changed, remove_changed};
static const void *factory_table[] = {factory_query, count, count, not_told, not_told, not_told, activate};
static struct { const void **table; } settings = {settings_table}, factory = {factory_table};

static HRESULT query(void *self, REFIID wanted, REFIID own, void **out)
{
    BOOL known = IsEqualGUID(wanted, own) || IsEqualGUID(wanted, &IID_IUnknown) || IsEqualGUID(wanted, &IID_IInspectable)
                 || IsEqualGUID(wanted, &IID_IAgileObject);
    *out = known ? self : NULL;
    return known ? S_OK : E_NOINTERFACE;
}
static HRESULT WINAPI settings_query(void *self, REFIID wanted, void **out)
{
    /* The class's first interface is only passed on, never called. */
    return query(self, IsEqualGUID(wanted, &IID_UISettings) ? &IID_IUnknown : wanted, &IID_UISettings3, out);
}
static HRESULT WINAPI factory_query(void *self, REFIID wanted, void **out)
{
    return query(self, wanted, &IID_IActivationFactory, out);
}
static HRESULT WINAPI activate(void *self, IInspectable **out)
{
    (void)self;
    *out = (IInspectable *)&settings;
    return S_OK;
}

__declspec(dllexport) HRESULT WINAPI DllGetActivationFactory(void *class_name, void **out)
{
    (void)class_name;
    *out = &factory;
    return S_OK;
}
