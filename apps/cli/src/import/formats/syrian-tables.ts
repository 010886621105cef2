import type { Incident } from '#domain';

/** What the words of the Chemical Weapons Database mean in ours, and which of its fields are taken. */

/** Violations that the archive marks TRUE, as categories; its list follows the UN Commission of Inquiry on Syria. */
export const categoryOf: Readonly<Record<string, Incident['categories'][number]>> = {
  massacres_and_other_unlawful_killing: 'unlawfulKilling',
  arbitrary_arrest_and_unlawful_detention: 'arbitraryDetention',
  hostage_taking: 'hostageTaking',
  enforced_disappearance: 'enforcedDisappearance',
  torture_and_ill_treatment_of_detainees: 'torture',
  sexual_and_gender_based_violence: 'sexualViolence',
  // Recruitment is one such violation among several.
  violations_of_childrens_rights: 'other',
  // Who or what was attacked is not said.
  unlawful_attacks: 'conductOfHostilities',
  violations_against_specifically_protected_persons_and_objects: 'attackOnProtectedObjects',
  use_of_illegal_weapons: 'prohibitedWeapon',
  sieges_and_violations_of_economic_social_and_cultural_rights: 'siege',
  arbitrary_and_forcible_displacement: 'deportation',
};

export const meansOf: Readonly<Record<string, Incident['means'][number]>> = {
  'chemical weapons': 'chemicalWeapon',
  'chlorine gas': 'chemicalWeapon',
  sarin: 'chemicalWeapon',
  'mustard gas': 'chemicalWeapon',
  'cluster munition': 'clusterMunition',
  'incendiary weapons': 'incendiaryWeapon',
  'rockets launchers': 'artillery',
  // A vessel, whatever it held: our list has no word for it.
  'barrel bomb': 'other',
};

const confidence = 'degree_of_confidence_1_(no_confidence)_-10_(100%_confident)';

/** What stands in the summary as the source wrote it. */
export const quoted = [
  'title_en',
  'title_ar',
  'un_title',
  'fr_title',
  'incident_date',
  'incident_time',
  'location',
  'latitude',
  'longitude',
  'weapons_used.0',
  'weapons_used.1',
  'collections.0',
  'collections.1',
  'collections.2',
  'collections.3',
  'armed_group',
  'weather',
  ...Object.keys(categoryOf),
  confidence,
];

/** Free text that names people. It is not taken; the record's digest ties it to what is. */
export const narratives = ['summary_en', 'summary_ar'];
