"""The register of platform firms, and the facts told of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.appendonly import AppendOnly
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.registry.models import Region, Subject


class PlatformFirm(models.Model):
    """A firm that runs a platform. What is known of it are its facts."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("地区"))
    subject = models.OneToOneField(Subject, models.PROTECT, related_name="platform", verbose_name=_("企业"))
    source = models.CharField(_("依据"), max_length=300)
    known_on = models.DateField(_("登记日"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sample = models.BooleanField(_("示例"), default=False)

    class Meta:
        ordering = ["region", "subject"]

    def __str__(self) -> str:
        return self.subject.name


class PlatformFact(AppendOnly):
    """A brand, a licence or the state of tax compliance on ``day``, with its source; never changed.

    The newest of the same kind and code (for a licence also number) holds; ``gone`` says that it no longer
    does. ``until`` is the last day a licence is valid, empty where it has none.
    """

    class Kind(models.TextChoices):
        BRAND = "brand", _("品牌")
        LICENCE = "licence", _("许可")
        TAX = "tax", _("纳税状态")

    platform = models.ForeignKey(PlatformFirm, models.PROTECT, related_name="facts")
    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices)
    code = models.CharField(max_length=20, blank=True)  # of a licence or a state: data/returns/platforms.yaml
    name = models.CharField(_("名称"), max_length=120, blank=True)  # of a brand
    number = models.CharField(_("证号"), max_length=80, blank=True)
    authority = models.CharField(_("发证机关"), max_length=120, blank=True)
    until = models.DateField(_("有效期至"), null=True, blank=True)
    gone = models.BooleanField(_("已失效"), default=False)
    day = models.DateField(_("日期"))
    source = models.CharField(_("来源"), max_length=300)
    proof = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    known_on = models.DateField(_("登记日"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["day", "pk"]
        indexes = [models.Index(fields=["platform", "kind"], name="facts_of_platform")]

    def __str__(self) -> str:
        return f"{self.platform_id} {self.kind} {self.name or self.code}"

    @property
    def same(self) -> tuple[str, str, str]:
        """What a later fact must agree in to take its place: one state, one brand by name, one licence by
        kind and number.
        """
        if self.kind == self.Kind.TAX:
            return self.kind, "", ""
        return (
            (self.kind, self.code, self.number)
            if self.kind == self.Kind.LICENCE
            else (self.kind, self.name, "")
        )
