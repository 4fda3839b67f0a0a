; The installer for Windows: 64-bit, for one person, no administrator needed. /S installs and uninstalls without a word.
; build.py defines VERSION, VERSION_NUMBERS, STAGE (what is installed), REMOVAL (the lines that remove it), ICON,
; OUT; and SIGN, the script that signs the uninstaller, where there is a certificate.

Target amd64-unicode
Unicode true
SetCompressor /SOLID lzma
SetCompressorDictSize 16
ManifestDPIAware true
ManifestSupportedOS Win10
RequestExecutionLevel user

!include "FileFunc.nsh"
!include "MUI2.nsh"
!include "WinVer.nsh"

!define NAME "Neuron Jury"
!define KIND "NeuronJury.Study"
!define MIME "application/x-neuronjury-study"
!define CLASSES "Software\Classes"
!define APPS "Software\Microsoft\Windows\CurrentVersion\Uninstall\NeuronJury"
!define OLDEST_BUILD 17763 ; Windows 10 1809: what Qt 6.10 supports

Name "${NAME}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "${APPS}" "InstallLocation"
BrandingText "${NAME} ${VERSION}"
ShowInstDetails nevershow
ShowUninstDetails nevershow

VIProductVersion "${VERSION_NUMBERS}"
VIFileVersion "${VERSION_NUMBERS}"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "FileDescription" "${NAME} installer"
VIAddVersionKey "CompanyName" "${NAME}"
VIAddVersionKey "LegalCopyright" "MIT License"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}"

!ifdef SIGN
  !uninstfinalize '"${SIGN}" "%1"' = 0
!endif

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEPAGE_TITLE "${NAME} ${VERSION}"
!define MUI_WELCOMEPAGE_TEXT "This installs the program that opens the study you were sent.$\r$\n$\r$\nIt goes into your own account, needs no administrator, and sends nothing over the network.$\r$\n$\r$\nClose ${NAME} if it is open, then click Install."
!define MUI_FINISHPAGE_TITLE "${NAME} is installed"
!define MUI_FINISHPAGE_TEXT "Double-click the study file you were sent. Its name ends in .jury."
!define MUI_FINISHPAGE_RUN "$INSTDIR\neuronjury.exe"
!define MUI_FINISHPAGE_RUN_TEXT "Open ${NAME} now"
!define MUI_FINISHPAGE_RUN_NOTCHECKED
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

; A program that runs keeps its file open: stop before half of it is replaced. Silently, this is exit code 2.
!macro STOP_IF_OPEN
  again:
  ${If} ${FileExists} "$INSTDIR\neuronjury.exe"
    ClearErrors
    FileOpen $0 "$INSTDIR\neuronjury.exe" a
    ${If} ${Errors}
      MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "${NAME} is open. Close it, then try again." /SD IDCANCEL IDRETRY again
      SetErrorLevel 2
      Quit
    ${EndIf}
    FileClose $0
  ${EndIf}
!macroend

; What another program entered for .jury files is kept under ${APPS} by the name FORMER, and written back when this one
; goes: unless what stands there is ours already, whose former value has been kept, or is somebody else's by then.
!macro TAKE NAME VALUE FORMER
  ClearErrors
  ReadRegStr $0 HKCU "${CLASSES}\.jury" "${NAME}"
  ${If} ${Errors}
    DeleteRegValue HKCU "${APPS}" "${FORMER}"
  ${ElseIf} $0 != "${VALUE}"
    WriteRegStr HKCU "${APPS}" "${FORMER}" "$0"
  ${EndIf}
  WriteRegStr HKCU "${CLASSES}\.jury" "${NAME}" "${VALUE}"
!macroend

!macro GIVE_BACK NAME VALUE FORMER
  ReadRegStr $0 HKCU "${CLASSES}\.jury" "${NAME}"
  ${If} $0 == "${VALUE}"
    ClearErrors
    ReadRegStr $0 HKCU "${APPS}" "${FORMER}"
    ${If} ${Errors}
      DeleteRegValue HKCU "${CLASSES}\.jury" "${NAME}"
    ${Else}
      WriteRegStr HKCU "${CLASSES}\.jury" "${NAME}" "$0"
    ${EndIf}
  ${EndIf}
!macroend

!macro TELL_SHELL ; that what opens .jury files has changed
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
!macroend

Function .onInit
  SetShellVarContext current
  ${IfNot} ${AtLeastBuild} ${OLDEST_BUILD}
    MessageBox MB_ICONSTOP "${NAME} needs 64-bit Windows 10 (version 1809) or later." /SD IDOK
    SetErrorLevel 3
    Quit
  ${EndIf}
  !insertmacro STOP_IF_OPEN
FunctionEnd

Function un.onInit
  SetShellVarContext current
  SetAutoClose true
  !insertmacro STOP_IF_OPEN
FunctionEnd

Section
  ; Of an older version nothing may be left among the new files. /KEEP: the person's settings stay.
  ${If} ${FileExists} "$INSTDIR\uninstall.exe"
    ClearErrors
    ExecWait '"$INSTDIR\uninstall.exe" /S /KEEP _?=$INSTDIR' $0
    ${If} ${Errors}
    ${OrIf} $0 <> 0
      SetErrorLevel 5
      Abort "The older ${NAME} could not be taken out. Restart the computer, then try again."
    ${EndIf}
    Delete "$INSTDIR\uninstall.exe"
  ${EndIf}
  SetOutPath "$INSTDIR"
  ClearErrors
  File /r "${STAGE}/*"
  ${If} ${Errors}
    SetErrorLevel 4
    Abort "Not all of ${NAME} could be written: is the disk full?"
  ${EndIf}
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\neuronjury.exe" "" "$INSTDIR\neuronjury.exe" 0 SW_SHOWNORMAL "" "Opens a study and lets you label it"

  !insertmacro TAKE "" "${KIND}" "FormerKind"
  !insertmacro TAKE "Content Type" "${MIME}" "FormerContentType"
  WriteRegStr HKCU "${CLASSES}\.jury\OpenWithProgids" "${KIND}" ""
  WriteRegStr HKCU "${CLASSES}\${KIND}" "" "${NAME} study"
  WriteRegStr HKCU "${CLASSES}\${KIND}\DefaultIcon" "" "$INSTDIR\neuronjury.exe,0"
  WriteRegStr HKCU "${CLASSES}\${KIND}\shell\open\command" "" '"$INSTDIR\neuronjury.exe" "%1"'

  WriteRegStr HKCU "${APPS}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${APPS}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${APPS}" "DisplayIcon" "$INSTDIR\neuronjury.exe,0"
  WriteRegStr HKCU "${APPS}" "Publisher" "${NAME}"
  WriteRegStr HKCU "${APPS}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${APPS}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${APPS}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${APPS}" "NoModify" 1
  WriteRegDWORD HKCU "${APPS}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${APPS}" "EstimatedSize" $0
  !insertmacro TELL_SHELL
SectionEnd

Section "Uninstall"
  ; Only what was installed, file by file: a study that somebody keeps in this folder stays.
  !include "${REMOVAL}"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${NAME}.lnk"

  !insertmacro GIVE_BACK "" "${KIND}" "FormerKind"
  !insertmacro GIVE_BACK "Content Type" "${MIME}" "FormerContentType"
  DeleteRegValue HKCU "${CLASSES}\.jury\OpenWithProgids" "${KIND}"
  DeleteRegKey /ifempty HKCU "${CLASSES}\.jury\OpenWithProgids"
  DeleteRegKey /ifempty HKCU "${CLASSES}\.jury"
  DeleteRegKey HKCU "${CLASSES}\${KIND}"
  DeleteRegKey HKCU "${APPS}"

  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/KEEP" $1
  ${If} ${Errors}
    Delete "$APPDATA\neuronjury\neuronjury.ini"
    RMDir "$APPDATA\neuronjury"
  ${EndIf}
  !insertmacro TELL_SHELL
SectionEnd
