"""What: a volunteer, one and the same in all communities and organizations; who they are, and what they can do."""

from domain.volunteers.models.competences import Competence, CompetenceLevel, CompetenceSource
from domain.volunteers.models.documents import DocumentType, IdentityDocument
from domain.volunteers.models.insurance import Insurance
from domain.volunteers.models.served import ServedResident
from domain.volunteers.models.volunteers import LanguageLevel, Sex, SpokenLanguage, Volunteer

__all__ = [
    "Competence",
    "CompetenceLevel",
    "CompetenceSource",
    "DocumentType",
    "IdentityDocument",
    "Insurance",
    "LanguageLevel",
    "ServedResident",
    "Sex",
    "SpokenLanguage",
    "Volunteer",
]
