"""Who asks for money shows a certificate that is good that day (企业交费登记卡, 1997: the collector's name stands on each line)."""

import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Agency, Certificate, Officer
from audit.models import Refused
from inspection.models import Visit


def certified(agency: Agency, collector: Officer | None, visit: Visit | None, on: datetime.date, asked: dict[str, Any]) -> Certificate:
    """Return the collector's certificate on the day ``on``. Not named, it is the first officer of the visit; else refused."""
    if collector is None and visit is not None:
        person = visit.people.filter(officer__isnull=False).select_related("officer").order_by("pk").first()
        collector = person and person.officer
    if collector is None:
        raise Refused(_("请选择执收（执法）人员：登记上要有姓名和证号。"), field="collector", facts=asked)
    if collector.agency_id != agency.pk:
        raise Refused(_("所选的执收（执法）人员不是本单位的人员。"), field="collector", facts=asked)
    certificate = collector.certificate_for(on, on)
    if certificate is None:
        raise Refused(
            _("%(name)s 在 %(day)s 没有有效的证件，不得收费、处罚。") % {"name": collector.name, "day": on.isoformat()},
            field="collector",
            facts=asked,
        )
    return certificate
