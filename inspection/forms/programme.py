"""The forms of programmes: a file to import, the facts of a programme, a typed line, the open points of a line."""

import uuid
from typing import Any

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency
from audit.forms import ActForm
from paper.incoming import MOST_BYTES
from paper.models import StoredFile

from ..models import InspectionProgramme, ProgrammeLine
from ..models.programme import EARLIEST_YEAR, LATEST_YEAR
from ..models.programme_line import TYPED

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
#: what a looked-at file is remembered under, from the preview to the import
SALT = "programme-import"


class ImportForm(ActForm):
    """Which file, for which year. Looked at first; ``held`` carries the kept file from the preview to the import."""

    file = forms.FileField(label=_("计划文件"), required=False, help_text=_("XLSX 或 CSV，就是平常公布的那份表，不用改格式"))
    year = forms.IntegerField(label=_("年度"), min_value=EARLIEST_YEAR, max_value=LATEST_YEAR)
    kind = forms.ChoiceField(label=_("种类"), choices=InspectionProgramme.Kind.choices, widget=forms.RadioSelect)
    held = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agency = agency

    def clean_file(self) -> UploadedFile | None:
        file = self.cleaned_data["file"]
        if file and file.size > MOST_BYTES:
            raise forms.ValidationError(_now("文件超过 %(most)d MB，请分成几个文件上传。") % {"most": MOST_BYTES // 1_000_000})
        return file

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if said.get("file"):
            said["content"], said["name"] = said["file"].read(), said["file"].name[:200]
        elif said.get("held"):
            try:
                held = signing.loads(said["held"], salt=SALT, max_age=86400)
                said["content"], said["name"] = StoredFile.objects.get(digest=held["digest"]).read(), held["name"]
            except (signing.BadSignature, StoredFile.DoesNotExist):
                self.add_error("file", _now("预览已经过期，请重新选择文件。"))
        elif "file" not in self.errors:
            self.add_error("file", _now("请选择文件。"))
        return said

    def hold(self, said: dict[str, Any]) -> str:
        """Keep the file and return the token under which this form finds it again."""
        file = StoredFile.keep(said["content"], "application/octet-stream")
        return signing.dumps({"digest": file.digest, "name": said["name"]}, salt=SALT)


class ProgrammeForm(ActForm):
    """The facts of a programme."""

    year = forms.IntegerField(label=_("年度"), min_value=EARLIEST_YEAR, max_value=LATEST_YEAR)
    kind = forms.ChoiceField(label=_("种类"), choices=InspectionProgramme.Kind.choices, widget=forms.RadioSelect)
    title = forms.CharField(label=_("计划名称"), max_length=200, required=False)
    approver = forms.CharField(
        label=_("批准机关"), max_length=120, required=False, help_text=_("专项检查填写：县级以上人民政府，或者垂直管理部门的上一级机关")
    )
    approval_number = forms.CharField(label=_("批准文号"), max_length=80, required=False)
    approved_on = forms.DateField(label=_("批准日期"), required=False, widget=DATE)
    uid = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, programme: InspectionProgramme | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if programme:  # its year and kind are settled with its first line
            del self.fields["year"], self.fields["kind"], self.fields["uid"]
        elif not self.is_bound:
            self.initial["uid"] = uuid.uuid4()


class LineForm(ActForm):
    """A line typed in. Its texts are read by the model, like cells of a file."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hints = {"months": _("如：4月-8月、3、6、9月、第三季度、全年"), "ratio": _("如：不低于5%"), "count": _("如：10家"),
                 "frequency": _("如：每年1次"), "method": _("如：现场检查、书面检查"), "partner": _("几个单位用顿号分开")}  # fmt: skip
        for name, (label, _role, must) in TYPED.items():
            self.fields[name] = forms.CharField(
                label=label, required=False, max_length=500, help_text=hints.get(name, "") if not must or name in hints else ""
            )


class OpenPointsForm(ActForm):
    """One field for each open point of a line, named by its column."""

    def __init__(self, *args: Any, line: ProgrammeLine, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for point in line.open:
            there = _now("原文：“%(text)s”。%(what)s。") % point if point["text"] else f"{point['what']}。"
            label = _now("%(column)s 列 %(heading)s") % point
            self.fields[f"column-{point['column']}"] = forms.CharField(label=label, required=False, max_length=500, help_text=there)

    def answers(self, said: dict[str, str]) -> dict[str, str]:
        """Return the answers by column letter."""
        return {name.removeprefix("column-"): text for name, text in said.items() if text}
